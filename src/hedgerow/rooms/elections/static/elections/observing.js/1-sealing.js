// SPDX-License-Identifier: AGPL-3.0-or-later
// Seal bytes to the arrival key, as docs/spec-vault.md says in 7.10. The service worker and the pages of
// observers use it; nothing here opens what was sealed.
"use strict";

const sealing = (() => {
  const CHUNK = 65536;
  const LEAST_FORM = 4096;
  const TEXT_STEP = 32;
  const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const MARK = "UHU";
  const KINDS = { form: 1, text: 2 };
  const CURVE = { name: "X25519" };
  const encoder = new TextEncoder();

  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };

  const fromBase64 = (text) => {
    const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  };

  // Whether this browser can seal at all.
  const isOffered = async () => {
    try {
      await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
      return true;
    } catch {
      return false;
    }
  };

  // The key of one sealing: a fresh pair each time, of which only the public half is kept.
  const agreed = async (arrival, kind) => {
    const [week, theirs] = [arrival.slice(0, 2), arrival.slice(2)];
    const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    const own = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const peer = await crypto.subtle.importKey("raw", theirs, CURVE, false, []);
    const shared = await crypto.subtle.deriveBits({ ...CURVE, public: peer }, pair.privateKey, 256);
    const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const info = joined(encoder.encode("hedgerow arrival 1"), [KINDS[kind]], week);
    const how = { name: "HKDF", hash: "SHA-256", salt: joined(own, theirs), info };
    const key = await crypto.subtle.deriveKey(
      how,
      material,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt"],
    );
    return { key, head: joined([1], week, own) };
  };

  const nonceOf = (count, isLast) => {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(7, count);
    nonce[11] = isLast ? 1 : 0;
    return nonce;
  };

  // Seal a blob, chunk by chunk.
  const seal = async (arrival, kind, plain) => {
    const { key, head } = await agreed(fromBase64(arrival), kind);
    const pieces = [head];
    for (let start = 0, count = 0; start < plain.size; start += CHUNK, count += 1) {
      const chunk = await plain.slice(start, start + CHUNK).arrayBuffer();
      const iv = nonceOf(count, start + CHUNK >= plain.size);
      pieces.push(new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, chunk)));
    }
    return joined(...pieces);
  };

  // The next of few sizes; at most 12 % more.
  const padme = (size) => {
    const exponent = 31 - Math.clz32(size);
    const mask = 2 ** Math.max(0, exponent - (32 - Math.clz32(exponent))) - 1;
    return Math.ceil(size / (mask + 1)) * (mask + 1);
  };

  const sealForm = (arrival, head, files) => {
    const written = encoder.encode(JSON.stringify(head));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, written.length);
    const size = files.reduce((sum, one) => sum + one.size, 4 + written.length);
    const zeros = new Uint8Array(padme(Math.max(LEAST_FORM, size)) - size);
    return seal(arrival, "form", new Blob([length, written, ...files, zeros]));
  };

  const sevens = (number) => {
    const bytes = [];
    let left = number;
    while (left > 127) {
      bytes.push((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    return [...bytes, left];
  };

  const spelt = async (sealed) => {
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", sealed));
    let [letters, left, bits] = ["", 0, 0];
    for (const byte of joined(sealed, sum.slice(0, 3))) {
      left = (left << 8) | byte;
      for (bits += 8; bits >= 5; bits -= 5) {
        letters += LETTERS[(left >> (bits - 5)) & 31];
      }
      left &= (1 << bits) - 1;
    }
    letters += bits ? LETTERS[(left << (5 - bits)) & 31] : "";
    return `${MARK} ${letters.match(/.{1,5}/gu).join(" ")} ${MARK}`;
  };

  // A results sheet as text: null stands for a line that was left empty.
  const sealSheet = async (arrival, slip, { isConfirmed, figures }) => {
    const numbers = figures.flatMap((figure) => sevens(figure === null ? 0 : figure + 1));
    const start = joined(fromBase64(slip), [isConfirmed ? 1 : 0, figures.length], numbers, [128]);
    const zeros = new Uint8Array(Math.ceil(start.length / TEXT_STEP) * TEXT_STEP - start.length);
    return spelt(await seal(arrival, "text", new Blob([start, zeros])));
  };

  // By what a form is known in the queue: a sum of its number, which says nothing.
  const idOf = async (slip) => {
    const sum = await crypto.subtle.digest("SHA-256", fromBase64(slip).slice(0, 16));
    return [...new Uint8Array(sum).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  return { idOf, isOffered, sealForm, sealSheet };
})();
