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

// <button data-fill="present"> marks every line of its form so; with data-fill-over only lines marked that ("": none).
for (const bar of document.querySelectorAll("[data-fill-bar]")) bar.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fill]");
  if (!button) return;
  const { fill, fillOver } = button.dataset;
  let count = 0;
  for (const line of button.closest("form").querySelectorAll("[data-line]")) {
    const box = line.querySelector("input[type=checkbox], select");
    const radio = line.querySelector(`input[type=radio][value="${CSS.escape(fill)}"]`);
    const marked = radio ? (line.querySelector("input[type=radio]:checked")?.value ?? "") : box.value;
    if (fillOver !== undefined && marked !== fillOver) continue;
    if (radio) radio.checked = true;
    else if (box.type === "checkbox") box.checked = fill !== "";
    else box.value = fill;
    count += 1;
  }
  const said = button.parentElement.querySelector("[role=status]");
  if (said) said.textContent = `${button.textContent.trim()}：${count} 人，保存后生效`;
});

// Paper has no summaries to open: what is folded is printed.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open]):not(.no-print):not(.asof)")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
});

// On a phone the strip shows the current place.
document.querySelector("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
