// A box above a long table leaves only the rows that hold what is typed. Without script the table is whole.
// <input type="search" data-filter="ID of the table" hidden>, with an <output> beside it for the count.

export function filters(within = document) {
  for (const box of within.querySelectorAll("input[data-filter]")) {
    const rows = [...document.querySelectorAll(`#${CSS.escape(box.dataset.filter)} tbody tr`)];
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      box.parentElement.querySelector("output").textContent = wanted ? `${shown} / ${rows.length} 件` : "";
    });
  }
}

filters();
