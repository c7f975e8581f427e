// Plot: loads the plotting library when a plot is shown, and gives all plots one look.
//
// ECharts comes from the installed package `nicegui` (see exohabit/web/echarts.py). Tooltips are
// drawn on the canvas ("richText"): as HTML they would need inline styles, which the page forbids.

let library = null;

/** Returns the plotting library. */
export function loadLibrary() {
  library ??= import("./echarts/index.js").then(({ echarts }) => echarts);
  return library;
}

/** Returns the colours of the page's theme, light or dark. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    text: read("--plot-text"),
    muted: read("--plot-muted"),
    line: read("--plot-line"),
    surface: read("--plot-surface"),
    zone: read("--plot-zone"),
    mark: read("--plot-mark"),
    scale: ["--plot-score-0", "--plot-score-1", "--plot-score-2", "--plot-score-3"].map(read),
    // With single quotes: the library writes it into an attribute of an SVG as it is.
    font: getComputedStyle(document.body).fontFamily.replaceAll('"', "'"),
  };
}

/** Returns a tooltip's options. */
export function tooltipStyle(colours) {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: colours.surface,
    borderColor: colours.line,
    textStyle: { color: colours.text, fontFamily: colours.font, fontSize: 13, lineHeight: 19 },
  };
}

/** Returns an axis's options. */
export function axisStyle(colours) {
  return {
    nameLocation: "middle",
    nameTextStyle: { color: colours.text, fontFamily: colours.font, fontSize: 13 },
    axisLine: { show: true, lineStyle: { color: colours.line } },
    axisTick: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.muted, fontFamily: colours.font, hideOverlap: true },
    splitLine: { lineStyle: { color: colours.line, opacity: 0.5 } },
  };
}

/** Returns a plot as the text of an SVG file. */
export async function drawSvg(option, width, height) {
  const echarts = await loadLibrary();
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({ ...option, animation: false, tooltip: { show: false } });
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}

/** Calls a function whenever the theme changes between light and dark. */
export function onThemeChange(callback) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
}
