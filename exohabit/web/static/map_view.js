// Map view: which part of the diagram is shown.
//
// A part is {insolation: [hot, cold], teff: [cool, warm]}, in Earth's insolation and K.

/** Parts to choose from. */
export const VIEWS = {
  zone: { insolation: [12, 0.12], teff: [2300, 7300] },
  all: { insolation: [20_000, 0.0002], teff: [2300, 10_000] },
};
/** How far the diagram goes: the logarithm of the insolation, and K. */
export const LIMITS = { x: [-5, 6], y: [0, 60_000] };
/** Returns the action that shows a part of the diagram. */
export function zoomTo({ insolation, teff }) {
  const [left, right] = insolation.map(Math.log10);
  return {
    type: "dataZoom",
    batch: [
      { dataZoomIndex: 0, startValue: right, endValue: left },
      { dataZoomIndex: 1, startValue: teff[0], endValue: teff[1] },
    ],
  };
}

/** Returns the part of the diagram that a chart shows. */
export function viewOf(chart) {
  const [x, y] = chart.getOption().dataZoom;
  return { insolation: [10 ** x.endValue, 10 ** x.startValue], teff: [y.startValue, y.endValue] };
}

/** Returns a part with a share of the width and height around the same middle. */
export function scaleView({ insolation, teff }, share) {
  const around = ([a, b], low, high) => {
    const middle = (a + b) / 2,
      half = ((b - a) / 2) * share;
    return [Math.max(low, middle - half), Math.min(high, middle + half)];
  };
  const [right, left] = around([Math.log10(insolation[1]), Math.log10(insolation[0])], ...LIMITS.x);
  return { insolation: [10 ** left, 10 ** right], teff: around(teff, ...LIMITS.y) };
}

/** Returns the part that holds some planets and the habitable zone beside them. */
export function viewAround(planets) {
  const logs = planets.map(({ insolation }) => Math.log10(insolation));
  const teffs = planets.map(({ st_teff: teff }) => teff);
  return {
    insolation: [10 ** (Math.max(...logs, 0.4) + 0.25), 10 ** (Math.min(...logs, -0.75) - 0.25)],
    teff: [Math.max(0, Math.min(...teffs) - 350), Math.max(...teffs) + 650],
  };
}

/** Returns whether a part of the diagram holds a planet. */
export function holds({ insolation: [hot, cold], teff: [cool, warm] }, planet) {
  const { insolation, st_teff: teff } = planet;
  return insolation <= hot && insolation >= cold && teff >= cool && teff <= warm;
}
