// Zone diagram: planets and the habitable zones by insolation and the star's temperature.
//
// The horizontal axis has the logarithm of the insolation, on a linear axis: the library's own
// logarithmic axis zooms in steps of the plain value. Hot is on the left, as in the literature.

import { writeScore, writeShort } from "./columns.js";
import { LIMITS } from "./map_view.js";
import { axisStyle, tooltipStyle } from "./plot.js";

const TICKS = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].flatMap((power) =>
  [1, 2, 5].map((digit) => Math.log10(digit) + power),
);
// Canvases, from the lowest. The tooltip is in 0; thousands of points lie above all else in theirs.
const LAYERS = { axes: -3, zones: -2, planets: -1 };
const PLANETS = 2; // the index of the series of planets

/** Returns the options of the diagram. */
export function makeDiagram({ points, solar, marked, zones, colours, view, isNarrow }) {
  const axis = axisStyle(colours);
  return {
    animation: false,
    textStyle: { fontFamily: colours.font },
    grid: { left: 62, right: 18, top: 18, bottom: 92 },
    tooltip: { ...tooltipStyle(colours), trigger: "item", formatter: ({ data }) => describe(data) },
    xAxis: {
      ...axis,
      type: "value",
      zlevel: LAYERS.axes,
      inverse: true,
      name: isNarrow ? "Light (Earth = 1)" : "Light that the planet gets (Earth = 1)",
      nameGap: 30,
      min: LIMITS.x[0],
      max: LIMITS.x[1],
      axisTick: { ...axis.axisTick, customValues: TICKS },
      axisLabel: { ...axis.axisLabel, customValues: TICKS, formatter: writePower },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: "value",
      zlevel: LAYERS.axes,
      name: "Temperature of the star (K)",
      nameGap: 46,
      min: LIMITS.y[0],
      max: LIMITS.y[1],
      axisLabel: {
        ...axis.axisLabel,
        formatter: (teff) => String(teff),
        showMinLabel: false,
        showMaxLabel: false,
      },
    },
    dataZoom: zoomOptions(view),
    visualMap: scoreScales(colours, isNarrow),
    series: [
      zone("Optimistic habitable zone", zones.st_teff, zones.optimistic, colours.zone, 0.16),
      zone("Conservative habitable zone", zones.st_teff, zones.conservative, colours.zone, 0.22),
      planets("Known planets", points, colours),
      named("Solar System", solar, colours, {
        symbol: "circle",
        borderWidth: 1.6,
        extra: 3,
        position: "right",
        hidesLabels: true,
      }),
      named("Marked", marked, colours, {
        symbol: "circle",
        borderWidth: 2.4,
        extra: 7,
        position: "top",
        hidesLabels: false,
      }),
    ],
  };
}

/** Returns a point of the diagram for a planet; its title is shown at named ones. */
export function makePoint(planet, title = planet.name, position = undefined) {
  const value = [Math.log10(planet.insolation), planet.st_teff, planet.score];
  return { value, planet, title, ...(position && { label: { position } }) };
}

/** Shows the tooltip of a planet, as the mouse would. */
export function pointAt(chart, { series }, planet) {
  chart.dispatchAction({ type: "downplay" });
  for (const [seriesIndex, { data }] of series.entries()) {
    const dataIndex = data.findIndex((point) => point.planet === planet);
    if (dataIndex < 0) continue;
    chart.dispatchAction({ type: "highlight", seriesIndex, dataIndex });
    chart.dispatchAction({ type: "showTip", seriesIndex, dataIndex });
    return;
  }
}

/** Returns what a tooltip says of a planet. */
export function describe({ planet }) {
  const radius =
    planet.pl_rade === null ? `${writeShort(planet.radius)} (from its mass)` : planet.pl_rade;
  const lines = [
    planet.name,
    `score ${planet.score === null ? "unknown" : writeScore(planet.score)}`,
    `${writeShort(planet.insolation)} times Earth's light${planet.zone ? `, ${planet.zone}` : ""}`,
    `star ${writeShort(planet.st_teff)} K`,
  ];
  if (planet.radius !== null) lines.push(`radius ${radius} of Earth's`);
  if (planet.sy_dist) lines.push(`${planet.sy_dist} parsecs away`);
  return lines.join("\n");
}

function writePower(x) {
  const value = 10 ** x;
  return value >= 1 ? String(Math.round(value)) : value.toPrecision(1);
}

function zoomOptions(view) {
  const [left, right] = view.insolation.map(Math.log10);
  const common = {
    type: "inside",
    filterMode: "none",
    zoomOnMouseWheel: "ctrl",
    moveOnMouseWheel: false,
  };
  return [
    { ...common, xAxisIndex: 0, startValue: right, endValue: left, minSpan: 0.5 },
    { ...common, yAxisIndex: 0, startValue: view.teff[0], endValue: view.teff[1], minSpan: 0.2 },
  ];
}

/** Returns the scale of colours, which dims the low scores of the many planets, but of no other. */
function scoreScales(colours, isNarrow) {
  const scale = { type: "continuous", min: 0, max: 1, dimension: 2, hoverLink: false };
  const named = [PLANETS + 1, PLANETS + 2];
  return [
    {
      ...scale,
      seriesIndex: PLANETS,
      inRange: { color: colours.scale, opacity: [0.45, 0.85, 0.95, 1] },
      orient: "horizontal",
      left: "center",
      bottom: 4,
      itemWidth: 12,
      itemHeight: isNarrow ? 120 : 200,
      text: ["score 1", "score 0"],
      textStyle: { color: colours.muted, fontFamily: colours.font },
    },
    { ...scale, seriesIndex: named, inRange: { color: colours.scale }, show: false },
  ];
}

function planets(name, points, colours) {
  return {
    name,
    type: "scatter",
    data: points,
    zlevel: LAYERS.planets,
    progressive: 0, // at once, not in steps
    symbolSize: (_, { data }) => sizeOf(data.planet),
    itemStyle: { borderColor: colours.surface, borderWidth: 0.5 },
    emphasis: { scale: 1.3, itemStyle: { opacity: 1, borderColor: colours.text, borderWidth: 2 } },
  };
}

function named(name, points, colours, { symbol, borderWidth, extra, position, hidesLabels }) {
  return {
    name,
    type: "scatter",
    data: points,
    symbol,
    symbolSize: (_, { data }) => sizeOf(data.planet) + extra,
    itemStyle: { opacity: 1, borderColor: colours.mark, borderWidth },
    label: {
      show: true,
      position,
      formatter: ({ data }) => data.title,
      color: colours.text,
      fontFamily: colours.font,
      fontWeight: 600,
      textBorderColor: colours.surface,
      textBorderWidth: 3,
    },
    labelLayout: { hideOverlap: hidesLabels },
    z: 4,
  };
}

function zone(name, teffs, edges, colour, opacity) {
  const corners = (side) => edges.map((edge, i) => [Math.log10(edge[side]), teffs[i]]);
  const outline = [...corners(0), ...corners(1).reverse()];
  return {
    name,
    type: "custom",
    silent: true,
    clip: true,
    data: [[0, 0]],
    encode: { x: -1, y: -1 },
    renderItem: (_, api) => ({
      type: "polygon",
      shape: { points: outline.map((corner) => api.coord(corner)) },
      style: { fill: colour, opacity },
    }),
    tooltip: { show: false },
    zlevel: LAYERS.zones,
  };
}

/** Returns the diameter of a planet's disc, in pixels: its area grows with the radius. */
function sizeOf({ radius }) {
  return Math.min(20, Math.max(4, 6 * Math.sqrt(radius ?? 1)));
}
