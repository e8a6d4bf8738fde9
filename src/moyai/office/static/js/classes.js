// Classes of a choropleth: as many values in each as can be (quantiles), equal values never in two classes.

/** @returns {{low: number, high: number, count: number}[]} at most `wanted` classes, from low to high */
export function quantiles(values, wanted = 5) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const classes = [];
  let from = 0;
  for (let k = 1; k <= wanted && from < sorted.length; k += 1) {
    let to = Math.max(from + 1, Math.round((sorted.length * k) / wanted));
    while (to < sorted.length && sorted[to] === sorted[to - 1]) to += 1;
    classes.push({ low: sorted[from], high: sorted[to - 1], count: to - from });
    from = to;
  }
  return classes;
}

/** The place of a value among the classes, or -1 where there is no value. */
export function classOf(classes, value) {
  return Number.isFinite(value) ? classes.findIndex(({ high }) => value <= high) : -1;
}
