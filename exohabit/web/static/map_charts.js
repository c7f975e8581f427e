// Map charts: the diagram and the histogram on the page, drawn by the plotting library.

import { viewOf, zoomTo } from "./map_view.js";
import { drawSvg, readColours } from "./plot.js";
import { countScores, makeHistogram } from "./score_histogram.js";
import { makeDiagram, pointAt } from "./zone_diagram.js";

const WAIT = 150; // ms after the last movement, before the table follows

export class MapCharts {
  /**
   * @param {object} library the plotting library
   * @param {object} places {diagram, histogram}: the elements to draw in
   * @param {object} options
   *   onOpen: called with the planet that was clicked;
   *   onView: called with the part of the diagram after it was moved.
   */
  constructor(library, places, { onOpen, onView }) {
    this.diagram = library.init(places.diagram);
    this.histogram = library.init(places.histogram);
    this.diagram.on("click", ({ data }) => data?.planet && onOpen(data.planet));
    let timer = 0;
    this.diagram.on("datazoom", () => {
      clearTimeout(timer);
      timer = setTimeout(() => onView(viewOf(this.diagram)), WAIT);
    });
    this.diagram.on("finished", () => this.#measure());
    new ResizeObserver(() => this.#resize()).observe(places.diagram);
  }

  /** Draws the diagram of {points, solar, marked, zones, view, isNarrow}. */
  drawDiagram(data) {
    this.began = performance.now();
    this.option = makeDiagram({ ...data, colours: readColours() });
    this.diagram.setOption(this.option, { notMerge: true });
  }

  /** Draws the histogram of scores; returns its bars. */
  drawHistogram(scores) {
    const bins = countScores(scores);
    this.bars = makeHistogram({ bins, colours: readColours() });
    this.histogram.setOption(this.bars, { notMerge: true });
    return bins;
  }

  zoom(view) {
    this.diagram.dispatchAction(zoomTo(view));
  }

  pointAt(planet) {
    pointAt(this.diagram, this.option, planet);
  }

  /** Returns a part of the diagram as the text of an SVG file. */
  saveDiagram(view) {
    const [left, right] = view.insolation.map(Math.log10);
    const [x, y] = this.option.dataZoom;
    const dataZoom = [
      { ...x, startValue: right, endValue: left },
      { ...y, startValue: view.teff[0], endValue: view.teff[1] },
    ];
    return drawSvg({ ...this.option, dataZoom }, 1200, 800);
  }

  saveHistogram() {
    return drawSvg(this.bars, 1000, 400);
  }

  /** Measures how long a drawing took, once it is there. */
  #measure() {
    if (this.began) performance.measure("diagram", { start: this.began });
    this.began = 0;
  }

  /** Draws again if a place has another size, which an observer also reports when it begins. */
  #resize() {
    for (const chart of [this.diagram, this.histogram]) {
      const { clientWidth, clientHeight } = chart.getDom();
      if (clientWidth !== chart.getWidth() || clientHeight !== chart.getHeight()) chart.resize();
    }
  }
}
