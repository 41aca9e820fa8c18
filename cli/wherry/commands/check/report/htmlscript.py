"""What the page of a report does besides being read: filters, copying, everything open on paper."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = r"""
(() => {
  "use strict";
  const form = document.querySelector("form");
  const heard = document.querySelector("output");
  const sections = [...document.querySelectorAll("main section[id]")].map((element) => ({
    element,
    items: [...element.querySelectorAll("ol > li")].map((row) => ({
      row,
      kind: row.className,
      tags: [...row.querySelectorAll("summary em")].map((tag) => tag.textContent),
      text: "",
    })),
  }));
  const total = sections.reduce((sum, section) => sum + section.items.length, 0);

  const filter = () => {
    const kinds = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
    const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const tag = form.tag ? form.tag.value : "";
    const suite = form.suite ? form.suite.value : "";
    let shown = 0;
    for (const {element, items} of sections) {
      const here = !suite || element.id === suite;
      let some = false;
      for (const item of items) {
        let match = here && kinds.has(item.kind) && (!tag || item.tags.includes(tag));
        if (match && words.length) {
          item.text ||= item.row.textContent.toLowerCase();
          match = words.every((word) => item.text.includes(word));
        }
        item.row.hidden = !match;
        some ||= match;
        shown += match;
      }
      element.hidden = !some;
    }
    heard.textContent = shown === total ? `${total} checks` : `${shown} of ${total} checks`;
  };

  const copy = async (line) => {
    try {
      await navigator.clipboard.writeText(line.textContent);
      return true;
    } catch {
      // A page that came over plain HTTP has no clipboard: what is selected can still be copied.
      const range = document.createRange();
      range.selectNodeContents(line);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return document.execCommand("copy");
    }
  };

  const addButton = (details) => {
    const line = details.querySelector("pre.r");
    if (!line || line.nextElementSibling) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      button.textContent = (await copy(line)) ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    button.setAttribute("aria-live", "polite");
    line.after(button);
  };

  const open = (selector) => {
    for (const details of document.querySelectorAll(selector)) details.open = true;
  };
  const openTarget = () => {
    const row = location.hash && document.getElementById(location.hash.slice(1));
    if (row && row.matches("li")) row.firstElementChild.open = true;
  };

  document.addEventListener("toggle", (event) => event.target.open && addButton(event.target), true);
  document.querySelectorAll("details[open]").forEach(addButton);
  addEventListener("beforeprint", () => open("li:is(.f,.e,.w):not([hidden]) > details"));
  addEventListener("hashchange", openTarget);
  openTarget();
  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    filter();
  }
})();
"""
