// What is asked of every page, run inside it. Each check gives a list of faults in words.
(() => {
  const seen = (one) => one.checkVisibility({ opacityProperty: false, visibilityProperty: true, contentVisibilityAuto: false });
  const named = (one) => `${one.tagName.toLowerCase()}${one.id ? "#" + one.id : ""}.${one.className?.baseVal ?? one.className} ${(one.innerText || one.name || one.getAttribute("href") || "").trim().slice(0, 40)}`;
  const INTERACTIVE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [role=button], [onclick]";
  // Where arrows lead from one to the next, one of them is a tab stop; what the search field opens is led by it.
  const led = (one) =>
    one.closest("form.find") ||
    [...(one.closest(".bar, table, [role=grid]")?.querySelectorAll(one.tagName) ?? [])].some((other) => other.tabIndex >= 0);

  const outlined = (one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor].join();
  };
  const around = (one) => [one, one.nextElementSibling, one.parentElement, one.closest("label")].filter(Boolean);

  window.pageChecks = {
    // Nothing scrolls sideways but what says so: a region with a name, reached by the keyboard.
    narrow() {
      const found = [];
      const wide = document.documentElement.scrollWidth;
      if (wide > innerWidth) {
        const widest = [...document.querySelectorAll("main *")].find((one) => one.getBoundingClientRect().right > innerWidth + 1 && seen(one));
        found.push(`scrolls sideways at ${innerWidth}: ${wide} wide, ${widest ? named(widest) : ""}`);
      }
      for (const one of document.querySelectorAll("main *")) {
        if (one.scrollWidth <= one.clientWidth + 1 || !["auto", "scroll"].includes(getComputedStyle(one).overflowX)) continue;
        if (!seen(one) || one.matches("textarea, select, input")) continue;
        if (!one.ariaLabel && !one.getAttribute("aria-labelledby")) found.push(`a scrolled part without a name at ${innerWidth}: ${named(one)}`);
        const within = [...one.querySelectorAll(INTERACTIVE)].some((other) => other.tabIndex >= 0);
        if (one.tabIndex < 0 && !within) found.push(`a scrolled part that no key reaches at ${innerWidth}: ${named(one)}`);
      }
      return found;
    },
    // What can be pressed or filled in is a tab stop and shows that it has the focus. One of each sort is looked at.
    keyboard() {
      const found = [], sorts = new Set();
      document.activeElement.blur();
      for (const one of document.querySelectorAll(INTERACTIVE)) {
        if (!seen(one) || one.disabled || one.closest("[inert]")) continue;
        if (one.tabIndex < 0 && !led(one)) found.push(`no tab stop: ${named(one)}`);
        const sort = `${one.tagName} ${one.className?.baseVal ?? one.className} ${one.type ?? ""} ${one.parentElement.tagName} ${one.parentElement.className}`;
        if (one.tabIndex < 0 || sorts.has(sort)) continue;
        sorts.add(sort);
        const before = around(one).map(outlined);
        one.focus({ preventScroll: true });
        if (document.activeElement !== one) found.push(`takes no focus: ${named(one)}`);
        else if (around(one).map(outlined).every((now, at) => now === before[at])) found.push(`focus cannot be seen: ${named(one)}`);
        one.blur();
      }
      return found;
    },
    // On paper there is nothing to press.
    paper() {
      const found = [...document.querySelectorAll("nav, .skip, .btn, .actions, [role=search]")].filter(seen);
      return found.map((one) => `printed: ${named(one)}`);
    },
    // The sorts of elements of a page: where another role sees no new sort, axe has nothing new to say.
    sorts() {
      const found = new Set();
      for (const one of document.body.querySelectorAll("*"))
        found.add(`${one.tagName}.${one.className?.baseVal ?? one.className}>${one.parentElement.tagName} ${one.getAttributeNames().filter((name) => name !== "href" && name !== "value").join()}`);
      return [...found];
    },
  };
})();
