// The few things that HTML alone does not do. Every page works without this file.
"use strict";

// One tab stop for a bar of cells; the arrow keys go from cell to cell.
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".bar > a.cell");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!cell || !step) return;
  const next = step > 0 ? cell.nextElementSibling : cell.previousElementSibling;
  if (!next) return;
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

// <button data-print> prints the page; <form data-submit-on-change> is sent when a field changes.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-submit-on-change]");
  if (form && event.target.matches("select, input[type=date], input[type=checkbox]")) form.requestSubmit();
});

// On a phone the strip shows the current place.
document.querySelector("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
