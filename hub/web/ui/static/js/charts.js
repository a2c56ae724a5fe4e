// Draws each chart from the data block beside it; the table below says the same without it.

const options = (id) => JSON.parse(document.getElementById(id).textContent);

// What a sheet of A4 leaves inside its margins and the frame of a section, in the pixels of style sheets.
const PAPER = 620;

for (const place of document.querySelectorAll("[data-chart]")) {
  if (!window.echarts) break;
  const chart = window.echarts.init(place, null, { renderer: "svg", locale: "ZH" });
  const given = options(place.dataset.chart);
  chart.setOption({
    ...given,
    animation: false,
    // Patterns beside colours, and a description for screen readers.
    aria: { enabled: true, decal: { show: given.series.length > 1 } },
    // An HTML tooltip would need styles that the page's policy forbids.
    tooltip: { ...given.tooltip, renderMode: "richText" },
  });
  place.hidden = false;
  chart.resize();
  window.addEventListener("resize", () => chart.resize());
  // Paper is narrower than the screen: draw anew for it, at once, for no frame comes before it is printed.
  const fit = (width) => { chart.resize({ width }); chart.getZr().flush(); };
  window.addEventListener("beforeprint", () => fit(PAPER));
  window.addEventListener("afterprint", () => fit("auto"));
}
