// The search field of every page: a combobox whose lines htmx fetches. Without this file it is a plain form.
"use strict";

{
  const form = document.querySelector("form.find");
  const field = document.getElementById("find");
  const panel = document.getElementById("find-panel");
  const said = document.getElementById("find-said");
  const opener = document.querySelector(".find-open");
  let active = null;

  const lines = () => [...panel.querySelectorAll("[role=option]")];
  const isOpen = () => !panel.hidden;

  const choose = (line) => {
    active?.setAttribute("aria-selected", "false");
    active = line ?? null;
    if (active) {
      active.setAttribute("aria-selected", "true");
      active.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", active.id);
    } else field.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    choose(null);
    panel.hidden = true;
    field.setAttribute("aria-expanded", "false");
  };
  // On a phone the field lies over the page while it is used.
  const leave = () => {
    close();
    form.classList.remove("over");
  };
  const enter = () => {
    form.classList.add("over");
    field.focus();
    field.select();
  };
  const ask = () => {
    if (field.value.trim()) field.dispatchEvent(new CustomEvent("find"));
    else {
      panel.replaceChildren();
      said.textContent = "";
      close();
    }
  };
  const step = (by) => {
    const all = lines();
    if (!all.length) return;
    const at = all.indexOf(active) + by;
    // Past either end one is in the field again.
    choose(active === null && by < 0 ? all.at(-1) : all[at]);
  };

  if (form) {
    // While an input method is at work the field holds letters that are not meant yet.
    field.addEventListener("input", (event) => event.isComposing || ask());
    field.addEventListener("compositionend", ask);
    field.addEventListener("focus", () => {
      if (field.value.trim() && panel.hasChildNodes() && !isOpen()) ask();
    });
    panel.addEventListener("htmx:afterSwap", () => {
      const found = panel.querySelector("#find-found");
      choose(null);
      if (!found || document.activeElement !== field || !field.value.trim()) return close();
      panel.hidden = false;
      field.setAttribute("aria-expanded", String(lines().length > 0));
      said.textContent = found.dataset.said;
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (isOpen()) step(event.key === "ArrowDown" ? 1 : -1);
        else ask();
      } else if (event.key === "Enter" && active) {
        event.preventDefault();
        active.click();
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (isOpen()) close();
        else if (field.value) field.value = "";
        else {
          leave();
          field.blur();
        }
      }
    });
    // A line is pressed without the field losing the caret.
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || leave());
    form.querySelector(".find-close").addEventListener("click", () => {
      leave();
      opener.focus();
    });
    opener?.addEventListener("click", (event) => {
      event.preventDefault();
      enter();
    });
    document.addEventListener("keydown", (event) => {
      const writing = event.target.closest?.("input, select, textarea, [contenteditable]");
      const slash = event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
      const combined = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
      if (!slash && !combined) return;
      event.preventDefault();
      enter();
    });
  }
}
