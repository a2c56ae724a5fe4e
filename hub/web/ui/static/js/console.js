// What every page gets. Pages work without it: it only saves keystrokes.

// "/" puts the cursor into the page's search box, as in most trade systems.
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("[data-search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
});

// A form that is on its way is not sent a second time by an impatient click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  for (const button of form.querySelectorAll("button[type=submit]")) {
    // Disabled only after the browser has read the form, or the pressed button's own value would be lost.
    setTimeout(() => { button.disabled = true; }, 0);
  }
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[method=post] button[type=submit][disabled]:not([data-off])")) {
    button.disabled = false;
  }
});

// Choices marked so apply at once; without script the form has its own button.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-apply]")) event.target.form?.requestSubmit();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is folded on the screen but belongs on the sheet, such as how figures are counted, is open while it is printed.
const folded = () => document.querySelectorAll("details[data-print-open]:not([open])");
window.addEventListener("beforeprint", () => { for (const one of folded()) { one.open = true; one.dataset.folded = ""; } });
window.addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-folded]")) { one.open = false; delete one.dataset.folded; }
});

// A table wider than the window is moved by the arrow keys too; newer browsers let the keyboard in by themselves.
const reach = () => {
  for (const region of document.querySelectorAll(".scroll")) {
    if (region.scrollWidth <= region.clientWidth || region.querySelector("a, button, input, select")) continue;
    region.tabIndex = 0;
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", "表格，可用方向键左右移动");
  }
};
reach();
window.addEventListener("resize", reach);

// Long work goes on by itself, one bounded answer after the other.
const next = document.querySelector("[data-go-on]");
if (next) setTimeout(() => location.replace(next.href), 150);
