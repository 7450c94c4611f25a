// SPDX-License-Identifier: AGPL-3.0-or-later
// Check as one types what a results sheet must fulfil, and say beside the field what does not fit.
// Without it the page works the same: the server checks when the sheet is sent.
"use strict";

(() => {
  const list = document.querySelector("[data-relations]");
  if (!list) {
    return;
  }

  const fieldOf = (name) => document.querySelector(`.observe-line input[name="${name}"]`);

  const figureIn = (name) => {
    const field = fieldOf(name);
    const text = field ? field.value.replace(/\s/gu, "") : "";
    return /^[0-9]+$/u.test(text) ? Number(text) : null;
  };

  const relations = [...list.querySelectorAll("li")].map((item) => ({
    item,
    title: item.querySelector("span").textContent,
    sign: item.dataset.sign,
    constant: Number(item.dataset.constant),
    weights: Object.entries(JSON.parse(item.dataset.weights)),
  }));

  // Left less right; null while a line is empty or is no number.
  const gapOf = (relation) => {
    let gap = relation.constant;
    for (const [name, times] of relation.weights) {
      const number = figureIn(name);
      if (number === null) {
        return null;
      }
      gap += times * number;
    }
    return gap;
  };

  const isBroken = (relation, gap) => {
    if (gap === null) {
      return false;
    }
    return { "=": gap !== 0, ">=": gap < 0, "<=": gap > 0 }[relation.sign];
  };

  const say = (relation, gap) => {
    const last = relation.weights.map(([name]) => fieldOf(name)).filter(Boolean).pop();
    if (!last) {
      return;
    }
    const line = document.createElement("p");
    line.className = "wrong";
    line.dataset.live = "";
    const sign = gap > 0 ? "+" : "−";
    line.textContent = `${relation.title}: ${list.dataset.differs} ${sign}${Math.abs(gap)}`;
    last.closest(".observe-line").append(line);
  };

  const check = () => {
    for (const old of document.querySelectorAll("[data-live]")) {
      old.remove();
    }
    for (const relation of relations) {
      const gap = gapOf(relation);
      const broken = isBroken(relation, gap);
      relation.item.classList.toggle("is-broken", broken);
      if (broken) {
        say(relation, gap);
      }
    }
  };

  // Nobody wants to be contradicted in the middle of a number.
  let waiting = 0;
  document.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(check, 900);
  });
  // A field is left while something else is pressed; what is said then must not move that away.
  let isPressed = false;
  const release = () => {
    if (isPressed) {
      isPressed = false;
      check();
    }
  };
  document.addEventListener("pointerdown", () => {
    isPressed = true;
  });
  document.addEventListener("click", release);
  document.addEventListener("pointercancel", release);
  document.addEventListener("pointerup", () => window.setTimeout(release, 300));
  document.addEventListener("change", () => isPressed || check());
  check();
})();
