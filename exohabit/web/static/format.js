// The same texts for numbers as the server's, exohabit/web/words.py.
export function scoreText(score) {
  if (score < 0.001) return "below 0.1\u00a0%";
  return score > 0.999 ? "above 99.9\u00a0%" : `${(100 * score).toFixed(1)}\u00a0%`;
}
