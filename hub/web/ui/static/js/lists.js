// One tick for all lines of a page. Without script each line is ticked by itself.
for (const all of document.querySelectorAll("input[data-all]")) {
  all.hidden = false;
  const boxes = () => all.closest("table").querySelectorAll("tbody input[type=checkbox]");
  all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; });
  all.closest("table").addEventListener("change", () => {
    all.checked = [...boxes()].every((box) => box.checked);
  });
}
