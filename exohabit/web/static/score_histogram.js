// Score histogram: how many planets have which score, on a logarithmic scale.

import { axisStyle, tooltipStyle } from "./plot.js";
import { count } from "./dom.js";

const BINS = 20;

/** Returns how many scores fall into each of 20 equal parts of 0 to 1. */
export function countScores(scores) {
  const counts = Array(BINS).fill(0);
  for (const score of scores) counts[Math.min(BINS - 1, Math.floor(score * BINS))] += 1;
  return counts.map((number, i) => ({ number, from: i / BINS, to: (i + 1) / BINS }));
}

/** Returns the options of the histogram. */
export function makeHistogram({ bins, colours }) {
  const axis = axisStyle(colours);
  return {
    animation: false,
    textStyle: { fontFamily: colours.font },
    grid: { left: 62, right: 18, top: 14, bottom: 48 },
    tooltip: { ...tooltipStyle(colours), formatter: ({ data }) => describeBin(data.bin) },
    xAxis: { ...axis, type: "value", min: 0, max: 1, interval: 0.1, name: "Score", nameGap: 28 },
    yAxis: {
      ...axis,
      type: "log",
      min: 0.8,
      name: "Planets",
      nameGap: 42,
      axisLabel: { ...axis.axisLabel, formatter: (n) => (n < 1 ? "" : count(n)) },
    },
    series: [
      {
        type: "custom",
        data: bins.map((bin) => ({ value: [(bin.from + bin.to) / 2, bin.number], bin })),
        encode: { x: 0, y: 1 },
        clip: true,
        renderItem: (params, api) => renderBar(bins[params.dataIndex], api, colours),
      },
    ],
  };
}

/** Returns what a bar says. */
export function describeBin({ number, from, to }) {
  return `${count(number)} ${number === 1 ? "planet" : "planets"} with a score of ${from} to ${to}`;
}

function renderBar({ from, to, number }, api, colours) {
  const [left, top] = api.coord([from, Math.max(number, 0.8)]);
  const [right, bottom] = api.coord([to, 0.8]);
  const colour = colours.scale[Math.min(3, Math.floor(((from + to) / 2) * 4))];
  return {
    type: "rect",
    shape: {
      x: left + 1,
      y: top,
      width: Math.max(1, right - left - 2),
      height: Math.max(0, bottom - top),
      r: [2, 2, 0, 0],
    },
    style: { fill: colour },
  };
}
