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

// One tab stop for the days of a calendar; arrows, Home and End go from day to day, PageUp and PageDown follow
// the links to the month or week before and after, as do arrows past the edge.
const days = [...document.querySelectorAll("table[data-calendar] [data-day]")];
const stopAt = (chosen) => {
  for (const one of days) {
    one.tabIndex = one === chosen ? 0 : -1;
    const add = one.closest("td").querySelector(".add");
    if (add) add.tabIndex = one.tabIndex;
  }
};
if (days.length) stopAt(days.find((one) => one.dataset.chosen !== undefined) ?? days[0]);
const turn = (step, id) => {
  const link = document.querySelector(`[data-calendar-turn="${step}"]`);
  if (link) location.assign(`${link.href}#${id ?? `d${new URL(link.href).searchParams.get("day")}`}`);
};
document.addEventListener("keydown", (event) => {
  const at = days.indexOf(event.target);
  if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7, Home: -(at % 7), End: 6 - (at % 7) }[event.key];
  const page = { PageDown: 1, PageUp: -1 }[event.key];
  if (step === undefined && !page) return;
  event.preventDefault();
  const next = days[at + step];
  if (next) {
    stopAt(next);
    next.focus();
  } else if (page) {
    turn(page);
  } else {
    const day = new Date(`${event.target.id.slice(1)}T00:00Z`);
    day.setUTCDate(day.getUTCDate() + step);
    turn(Math.sign(step), `d${day.toISOString().slice(0, 10)}`);
  }
});

// On a phone the filters of a list give its first lines the room, until one of them is in use.
const phone = matchMedia("(max-width: 720px)");
const fold = () => {
  for (const one of document.querySelectorAll("details[data-folded-on-phone]")) one.open = !phone.matches;
};
fold();
phone.addEventListener("change", fold);

// <button data-print> prints the page; <form data-submit-on-change> is sent when a field changes.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-submit-on-change]");
  if (form && event.target.matches("select, input[type=date], input[type=checkbox]")) form.requestSubmit();
});

// <button data-fill="present"> marks every line of its form (or data-fill-part) so; with data-fill-over only lines marked that ("": none).
for (const bar of document.querySelectorAll("[data-fill-bar]")) bar.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fill]");
  if (!button) return;
  const { fill, fillOver } = button.dataset;
  let count = 0;
  const part = button.closest("[data-fill-part]");
  for (const line of (part ?? button.closest("form")).querySelectorAll("[data-line]")) {
    const box = line.querySelector("input[type=checkbox], select");
    const radio = line.querySelector(`input[type=radio][value="${CSS.escape(fill)}"]`);
    const marked = radio ? (line.querySelector("input[type=radio]:checked")?.value ?? "") : box.value;
    if (fillOver !== undefined && marked !== fillOver) continue;
    if (radio) radio.checked = true;
    else if (box.type === "checkbox") box.checked = fill !== "";
    else box.value = fill;
    count += 1;
  }
  part?.dispatchEvent(new Event("change", { bubbles: true }));
  const said = button.parentElement.querySelector("[role=status]");
  if (said) said.textContent = `${button.textContent.trim()}：${count} 人，保存后生效`;
});

// A long list in a form is narrowed by what is typed above it: a part of the text, or the name in letters.
for (const select of document.querySelectorAll("main form:not(.inline-form) select:not([multiple])")) {
  const all = [...select.options];
  if (all.length < 25) continue;
  const label = select.labels[0]?.firstChild?.textContent.trim() ?? "";
  const box = document.createElement("input");
  const placeholder = all.some((option) => option.dataset.key) ? "输入姓名或拼音首字母，缩小范围" : "输入名称，缩小范围";
  Object.assign(box, { type: "search", autocomplete: "off", className: "narrow", placeholder });
  box.setAttribute("aria-label", `缩小“${label}”的范围`);
  const said = document.createElement("p");
  said.className = "tiny";
  said.setAttribute("role", "status");
  select.before(box, said);
  const groups = [...select.querySelectorAll("optgroup")];
  box.addEventListener("input", () => {
    const word = box.value.trim().toLowerCase();
    const fits = (option) =>
      option.text.toLowerCase().includes(word) || (option.dataset.key ?? "").split(" ").some((key) => key.startsWith(word));
    const found = all.filter((option) => option.value && fits(option));
    for (const option of all) option.hidden = option.disabled = Boolean(option.value) && !found.includes(option);
    for (const group of groups) group.hidden = [...group.children].every((option) => option.hidden);
    if (word && !found.includes(select.selectedOptions[0])) select.value = found.length === 1 ? found[0].value : "";
    select.size = word && found.length > 1 ? Math.min(found.length + 1, 8) : 1;
    said.textContent = word ? `符合的有 ${found.length} 项${found.length === 1 ? `，已选 ${found[0].text}` : ""}` : "";
  });
  select.addEventListener("change", () => (select.size = 1));
}

// Paper has no summaries to open: what is folded is printed.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open]):not(.no-print):not(.asof)")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
});

// On a phone the strips show the current place and tab. Only the strip moves, never the page.
for (const strip of document.querySelectorAll(".shell > nav, .tabs")) {
  const here = strip.querySelector("[aria-current]")?.getBoundingClientRect();
  if (!here) continue;
  const frame = strip.getBoundingClientRect();
  strip.scrollLeft += here.left + here.width / 2 - frame.left - frame.width / 2;
  strip.scrollTop += Math.max(0, here.bottom - frame.bottom);
}

// The panel beside a page (desk/panel.html): Escape closes it, and the focus goes back to where it was opened.
const opened = [...document.querySelectorAll(".cell[aria-current], td a")].find(
  (link) => link.ariaCurrent || link.href === location.href,
);
let opener = opened?.getAttribute("href") ?? "";
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[hx-target='#panel'] a");
  if (link && !link.closest("#panel")) opener = link.getAttribute("href");
});
document.addEventListener("keydown", (event) => {
  const close = event.key === "Escape" && document.querySelector("#panel [data-close]");
  if (close) close.click();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "panel" && event.detail.elt?.id !== "panel") return;
  const panel = document.querySelector("#panel");
  const here = [...document.querySelectorAll(".cell")].filter((cell) => cell.getAttribute("href") === opener);
  for (const cell of document.querySelectorAll(".cell[aria-current]")) cell.removeAttribute("aria-current");
  if (panel?.classList.contains("opened")) {
    here[0]?.setAttribute("aria-current", "true");
    panel.querySelector("#panel-title")?.focus();
  } else {
    [...document.querySelectorAll("main a")].find((link) => link.getAttribute("href") === opener)?.focus();
  }
});
// Whoever was signed out meanwhile, or asks for what is gone, gets the page that says so.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const got = xhr.responseURL && new URL(xhr.responseURL).pathname;
  if (xhr.status < 400 && got === new URL(requestConfig.path, location.href).pathname) return;
  event.preventDefault();
  location.assign(requestConfig.path);
});

// <form data-carry> asks for the page of another day or organization: what was filled in by hand comes along.
const carried = `zhibu:${location.pathname}`;
const written = () => [...(document.querySelector("main form[data-carry] ~ form[method=post]")?.elements ?? [])];
const isBox = (field) => field.type === "checkbox" || field.type === "radio";
const touched = (field) => {
  if (!field.name || ["hidden", "file", "submit"].includes(field.type)) return false;
  if (isBox(field)) return field.checked !== field.defaultChecked;
  const first = field.options && ([...field.options].find((one) => one.defaultSelected) ?? field.options[0]);
  return field.value !== (field.options ? first?.value : field.defaultValue);
};
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-carry]")) return;
  const kept = written().filter(touched).map(({ name, value, checked }) => ({ name, value, checked }));
  sessionStorage.setItem(carried, JSON.stringify(kept));
});
const kept = JSON.parse(sessionStorage.getItem(carried) ?? "[]");
sessionStorage.removeItem(carried);
for (const { name, value, checked } of kept) {
  for (const field of written()) {
    if (field.name !== name || (isBox(field) && field.value !== value)) continue;
    if (field.options && ![...field.options].some((one) => one.value === value)) continue;
    if (!isBox(field)) field.value = value;
    else if (checked || field.type === "checkbox") field.checked = checked;
    if (value && field.closest("details")) field.closest("details").open = true;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
