// SPDX-License-Identifier: AGPL-3.0-or-later
// Say what waits on this phone, ask the service worker to send it, and let a form that was kept be
// filled in once more. Without it every page works the same, as long as there is network.
"use strict";

(() => {
  const box = document.querySelector("[data-queue]");
  if (!box) {
    return;
  }
  const form = document.querySelector("form[data-spares]");
  const spares = form ? JSON.parse(form.dataset.spares) : [];
  const EVERY_MS = 30_000;
  let hasWork = false;

  const line = (name) => box.querySelector(`[data-say="${name}"]`);

  const say = (name, isSaid = true) => {
    line(name).hidden = !isSaid;
    box.hidden = [...box.querySelectorAll("[data-say]")].every((one) => one.hidden);
  };

  const ask = (act, more = {}) => navigator.serviceWorker.controller?.postMessage({ act, ...more });

  // The next report of the page gets a number of its own.
  const turn = () => {
    const next = spares.shift();
    form.toggleAttribute("data-spent", !next);
    say("spent", !next);
    if (next) {
      [form.action, form.elements.slip.value] = next;
    }
  };

  const buttons = (item) => {
    const row = box.querySelector("template").content.cloneNode(true);
    for (const one of row.querySelectorAll("[data-state]")) {
      one.hidden = !one.dataset.state.split(" ").includes(item.state);
    }
    row.querySelector("[data-back]").addEventListener("click", () => ask("back", { id: item.id }));
    row.querySelector("[data-drop]").addEventListener("click", () => ask("drop", { id: item.id }));
    return row;
  };

  const list = (items) => {
    const held = items.filter((item) => ["look", "other", "gone", "large"].includes(item.state));
    const waiting = items.filter((item) => !held.includes(item));
    hasWork = waiting.length > 0;
    box.querySelector("[data-count]").textContent = String(waiting.length);
    say("waits", hasWork);
    say("words", waiting.some((item) => item.state === "words"));
    say("held", held.length > 0);
    line("held").replaceChildren(...held.map(buttons));
    if (!hasWork) {
      say("closed", false);
      say("kept", false);
    }
  };

  const tellSent = (number) => {
    const link = box.querySelector("[data-number]");
    link.href = link.dataset.number.replace("/0/", `/${number}/`);
    box.querySelector("[data-figure]").textContent = String(number);
    box.querySelector("[data-time]").textContent = new Date().toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    say("sent");
  };

  // Nothing of what was kept stays on the screen, also not what the server had filled in.
  const empty = () => {
    for (const one of form.querySelectorAll("[data-received]")) {
      one.remove();
    }
    for (const one of form.elements) {
      if (["checkbox", "radio"].includes(one.type)) {
        one.checked = false;
      } else if (!["hidden", "submit"].includes(one.type)) {
        one.value = "";
      }
    }
  };

  const tellKept = (slip) => {
    if (form?.elements.slip.value !== slip) {
      return;
    }
    empty();
    say("kept");
    turn();
    box.scrollIntoView();
  };

  const goBack = (kept) => {
    const back = box.querySelector("form");
    if (!back) {
      window.location.assign(line("words").querySelector("a").href);
      return;
    }
    back.elements.kept.value = kept;
    back.submit();
  };

  const HEARD = {
    items: (data) => {
      list(data.items);
      if (data.sent !== undefined) {
        tellSent(data.sent);
      }
      if (data.kept) {
        tellKept(data.kept);
      }
    },
    later: ({ why }) => say("closed", why === "observers.closed"),
    failed: ({ slip, isFull }) => {
      if (form?.elements.slip.value === slip) {
        say(isFull ? "full" : "failed");
        box.scrollIntoView();
      }
    },
    back: ({ kept }) => goBack(kept),
  };

  const begin = async () => {
    if (!navigator.serviceWorker || !(await sealing.isOffered()) || (form && !form.elements.arrival.value)) {
      say("none", Boolean(form));
      return;
    }
    navigator.serviceWorker.addEventListener("message", ({ data }) => HEARD[data.said](data));
    navigator.serviceWorker.addEventListener("controllerchange", () => ask("come"));
    try {
      await navigator.serviceWorker.register(box.dataset.worker, { scope: "/observe/" });
    } catch {
      say("none", Boolean(form));
      return;
    }
    await navigator.serviceWorker.ready;
    box.toggleAttribute("data-ready", true);
    ask("come");
    window.addEventListener("online", () => ask("again"));
    window.setInterval(() => hasWork && ask("again"), EVERY_MS);
  };

  // A form whose last number is used up would be taken for one that was sent already.
  form?.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-spent")) {
      event.preventDefault();
      box.scrollIntoView();
    }
  });
  form?.addEventListener("observe:turn", turn);
  begin();
})();
