// A point well inside a shape, for its name: the middle of the widest level line through its largest part.

const LEVELS = [0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8];

function area(ring) {
  let twice = 0;
  for (let i = 0; i < ring.length - 1; i += 1) {
    twice += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  }
  return Math.abs(twice / 2);
}

function largestRing(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map(([outer]) => outer).reduce((best, ring) => (area(ring) > area(best) ? ring : best));
}

function crossings(ring, y) {
  const found = [];
  for (let i = 0; i < ring.length - 1; i += 1) {
    const [[x1, y1], [x2, y2]] = [ring[i], ring[i + 1]];
    if (y1 > y !== y2 > y) found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  }
  return found.sort((a, b) => a - b);
}

export function labelPoint(geometry) {
  const ring = largestRing(geometry);
  const heights = ring.map(([, y]) => y);
  const low = Math.min(...heights);
  const span = Math.max(...heights) - low;
  let best = { width: -1, point: ring[0] };
  for (const level of LEVELS) {
    const y = low + span * level;
    const xs = crossings(ring, y);
    for (let i = 0; i + 1 < xs.length; i += 2) {
      // The middle of the shape is preferred to a slightly wider place near its edge.
      const width = (xs[i + 1] - xs[i]) * (1 - Math.abs(level - 0.5) / 2);
      if (width > best.width) best = { width, point: [(xs[i] + xs[i + 1]) / 2, y] };
    }
  }
  return best.point;
}
