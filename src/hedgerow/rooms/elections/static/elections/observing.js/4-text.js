// SPDX-License-Identifier: AGPL-3.0-or-later
// Make a sealed text of the figures in a results sheet, for where this place is blocked: any messenger
// can carry it, and only the headquarters' page opens it.
"use strict";

(() => {
  const box = document.querySelector("[data-text]");
  const form = document.querySelector("form[data-spares]");
  if (!box || !form) {
    return;
  }
  const area = box.querySelector("textarea");
  const made = box.querySelector("[data-made]");
  let isMade = false;

  const say = (name) => {
    for (const line of box.querySelectorAll("[data-say]")) {
      line.hidden = line.dataset.say !== name;
    }
  };

  // Figures as the server reads them; undefined where there is no whole number.
  const figureIn = (field) => {
    const text = field.value.replace(/\s/gu, "");
    if (text === "") {
      return null;
    }
    return /^[0-9]{1,8}$/u.test(text) ? Number(text) : undefined;
  };

  const make = async () => {
    const figures = [...form.querySelectorAll(".observe-line input")].map(figureIn);
    made.hidden = true;
    if (form.hasAttribute("data-spent")) {
      say("spent");
    } else if (figures.includes(undefined)) {
      say("wrong");
    } else if (figures.every((figure) => figure === null)) {
      say("empty");
    } else {
      const { arrival, slip, paper } = form.elements;
      const isConfirmed = Boolean(paper?.checked);
      const text = await sealing.sealSheet(arrival.value, slip.value, { isConfirmed, figures });
      area.value = `${area.dataset.first}\n${text}`;
      isMade = true;
      made.hidden = false;
      say("made");
    }
  };

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(area.value);
      say("copied");
    } catch {
      area.select();
      say("select");
    }
  };

  // What was made and sent stays one report; figures that are changed afterwards are another.
  form.addEventListener("input", () => {
    if (isMade) {
      isMade = false;
      made.hidden = true;
      say("");
      form.dispatchEvent(new Event("observe:turn"));
    }
  });

  const begin = async () => {
    if (!form.elements.arrival.value || !(await sealing.isOffered())) {
      return;
    }
    box.hidden = false;
    box.querySelector("[data-make]").addEventListener("click", make);
    box.querySelector("[data-copy]").addEventListener("click", copy);
    const share = box.querySelector("[data-share]");
    share.hidden = !navigator.share;
    share.addEventListener("click", () => navigator.share({ text: area.value }).catch(() => {}));
  };
  begin();
})();
