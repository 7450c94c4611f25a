// SPDX-License-Identifier: AGPL-3.0-or-later
// Let an observer's form wait, sealed, when it cannot be sent, and send it once there is network.
// What is kept: sealed bytes, their order, and what the server last said of them. See decision 042.
"use strict";

const CACHE = `observe ${KEPT.join(" ")}`;
const FORM = /^\/observe\/(?:turnout|happened|sheet\/[\w-]+)\/[\w-]{40,}\/$/u;
const PATIENCE_MS = 60_000;
const BYTES_A_MS = 8;
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "arrival", "slip"]);
const STATES = { 403: "words", 409: "other", 410: "gone", 413: "large", 422: "look" };

// The store: places of what waits, and apart from them the sealed bytes.

const database = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("observe", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("items", { keyPath: "id" });
      asked.result.createObjectStore("bodies");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

// Run one transaction over both; what `act` returns is a request, or nothing.
const within = async (mode, act) => {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const work = opened.transaction(["items", "bodies"], mode);
      const asked = act(work.objectStore("items"), work.objectStore("bodies"));
      work.oncomplete = () => resolve(asked?.result);
      work.onabort = () => reject(work.error);
      work.onerror = () => reject(work.error);
    });
  } finally {
    opened.close();
  }
};

const items = async () => {
  const found = await within("readonly", (listed) => listed.getAll());
  return found.sort((one, other) => one.place - other.place);
};

const bodyOf = (id) => within("readonly", (_listed, bodies) => bodies.get(id));

// One that is kept again takes its own place, anything else the next.
const put = (id, body) =>
  within("readwrite", (listed, bodies) => {
    const asked = listed.getAll();
    asked.onsuccess = () => {
      const old = asked.result.find((one) => one.id === id);
      const last = Math.max(0, ...asked.result.map((one) => one.place));
      listed.put({ id, place: old?.place ?? last + 1, state: "waits" });
      bodies.put(body, id);
    };
  });

const mark = (item, state) => within("readwrite", (listed) => listed.put({ ...item, state }));

const drop = (id) =>
  within("readwrite", (listed, bodies) => {
    listed.delete(id);
    bodies.delete(id);
  });

// Words with the pages.

const tell = async (said) => {
  for (const page of await self.clients.matchAll()) {
    page.postMessage(said);
  }
};

const tellAll = async (more = {}) => tell({ said: "items", items: await items(), ...more });

// Sending.

const post = async (body) =>
  fetch(QUEUE, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/octet-stream" },
    credentials: "same-origin",
    redirect: "error",
  });

// Send one report; tell whether the next may go.
const sendOne = async (item) => {
  let response = null;
  try {
    response = await post(await bodyOf(item.id));
  } catch {
    return false;
  }
  if (response.status === 200) {
    const { number } = await response.json();
    await drop(item.id);
    await tellAll({ sent: number });
    return true;
  }
  const state = STATES[response.status];
  if (state) {
    await mark(item, state);
    return state !== "words";
  }
  const why = response.headers.get("Content-Type")?.startsWith("application/json") ? (await response.json()).why : "";
  await tell({ said: "later", why });
  return false;
};

// Several pages may ask at once; the lock also holds against a worker that is being replaced.
const sendAll = (states) =>
  navigator.locks.request("observe", async () => {
    for (const item of await items()) {
      if (states.includes(item.state) && !(await sendOne(item))) {
        break;
      }
    }
    await tellAll();
  });

// Keeping.

const keep = async (form) => {
  const [slip, arrival] = [form.get("slip"), form.get("arrival")];
  const entries = [...form].filter(([name]) => !LEFT_OUT.has(name));
  const files = entries.map(([, value]) => value).filter((value) => value instanceof File && (value.name || value.size));
  const head = {
    path: form.path,
    slip,
    fields: entries.filter(([, value]) => typeof value === "string"),
    files: files.map((file) => [file.name, file.type, file.size]),
  };
  await put(await sealing.idOf(slip), await sealing.sealForm(arrival, head, files));
};

const after = (wait_ms) => new Promise((resolve) => {
  setTimeout(resolve, wait_ms, null);
});

const answer = async (request, form) => {
  let size = 0;
  for (const [, value] of form) {
    size += value.size ?? 0;
  }
  const sent = fetch(request).catch(() => null);
  const response = await Promise.race([sent, after(PATIENCE_MS + size / BYTES_A_MS)]);
  return response && response.status < 500 ? { response } : { failed: response };
};

const isWaiting = (item) => ["waits", "words"].includes(item.state);

// "No content" leaves the page as it is, with all that was typed.
const stay = () => new Response(null, { status: 204 });

const deliver = async (request) => {
  const form = await request.clone().formData().catch(() => null);
  if (!form?.get("arrival")) {
    return fetch(request);
  }
  form.path = new URL(request.url).pathname;
  const slip = form.get("slip");
  let failed = null;
  try {
    if (!(await items()).some(isWaiting)) {
      const got = await answer(request, form);
      if (got.response?.type === "opaqueredirect") {
        await drop(await sealing.idOf(slip));
      }
      if (got.response) {
        return got.response;
      }
      failed = got.failed;
    }
    await keep(form);
  } catch (error) {
    await tell({ said: "failed", slip, isFull: error?.name === "QuotaExceededError" });
    return failed ?? stay();
  }
  await tellAll({ kept: slip });
  // Where the browser offers it, it wakes the worker once there is network, also without a page.
  self.registration.sync?.register("observe").catch(() => {});
  return stay();
};

// A report that has to be looked at comes back as what fills its form in.
const fetchBack = async (id) => {
  const response = await post(await bodyOf(id)).catch(() => null);
  if (response?.status === 422) {
    await tell({ said: "back", kept: (await response.json()).kept });
  } else {
    await sendAll(["waits", "words", "look", "other"]);
  }
};

const ACTS = {
  come: () => sendAll(["waits", "words", "other"]),
  again: () => sendAll(["waits", "words"]),
  back: ({ id }) => fetchBack(id),
  drop: async ({ id }) => {
    await drop(id);
    await tellAll();
  },
};

// What the browser calls.

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) {
      if (name !== CACHE) {
        await caches.delete(name);
      }
    }
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("message", (event) => {
  event.waitUntil(ACTS[event.data.act]?.(event.data));
});

self.addEventListener("sync", (event) => {
  const send = async () => {
    await sendAll(["waits"]);
    if ((await items()).some((item) => item.state === "waits")) {
      throw new Error("Something still waits: ask again later.");
    }
  };
  event.waitUntil(send());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.mode !== "navigate") {
    if (KEPT.includes(pathname)) {
      event.respondWith(fetch(request).catch(() => caches.match(pathname)));
    }
  } else if (request.method === "POST" && FORM.test(pathname)) {
    event.respondWith(deliver(request));
  } else if (request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(WAITING)));
  }
});
