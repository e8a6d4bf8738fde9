// What both maps share: a MapLibre map of bundled shapes only, that asks no host for tiles, glyphs or images.

import { Map, NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";

const FONT = ["Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", "Meiryo", "sans-serif"];

/** A colour of the style sheet, so that map, legend and page have one palette. */
export function colour(element, name) {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

export function hasWebGL() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

export async function getJson(address) {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

function* positions(coordinates) {
  if (typeof coordinates[0] === "number") yield coordinates;
  else for (const part of coordinates) yield* positions(part);
}

/** [[west, south], [east, north]] of features. */
export function boundsOf(features) {
  const box = [[180, 90], [-180, -90]];
  for (const feature of features) {
    for (const [x, y] of positions(feature.geometry.coordinates)) {
      box[0] = [Math.min(box[0][0], x), Math.min(box[0][1], y)];
      box[1] = [Math.max(box[1][0], x), Math.max(box[1][1], y)];
    }
  }
  return box;
}

export function collection(features) {
  return { type: "FeatureCollection", features };
}

/** Text drawn with the reader's own fonts: with no `glyphs` in the style nothing is fetched. */
export function textLayer(id, source, field, rest = {}) {
  return {
    id,
    type: "symbol",
    source,
    ...rest,
    layout: { "text-field": field, "text-font": FONT, "text-size": 12, ...rest.layout },
  };
}

/** The map, fitted to `bounds` and kept so when its box changes size until the reader moves it. */
export function createMap(root, box, { sources, layers, bounds }) {
  const words = root.dataset;
  const padding = Math.min(28, box.clientWidth / 20);
  const map = new Map({
    container: box,
    style: {
      version: 8,
      sources,
      layers: [
        { id: "sea", type: "background", paint: { "background-color": colour(root, "--map-sea") } },
        ...layers,
      ],
    },
    bounds,
    fitBoundsOptions: { padding },
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    keyboard: false,
    fadeDuration: 0,
    maxZoom: 17,
    locale: {
      "NavigationControl.ZoomIn": words.zoomIn,
      "NavigationControl.ZoomOut": words.zoomOut,
      "Popup.Close": words.close,
      "CooperativeGesturesHandler.WindowsHelpText": words.wheelHint,
      "CooperativeGesturesHandler.MacHelpText": words.wheelHint,
      "CooperativeGesturesHandler.MobileHelpText": words.touchHint,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  leaveKeysToThePage(map);
  let moved = false;
  map.on("movestart", (event) => { moved ||= Boolean(event.originalEvent); });
  map.on("resize", () => { if (!moved) map.fitBounds(bounds, { padding, animate: false }); });
  return map;
}

// The canvas would be a stop of the Tab key at which no key does anything.
function leaveKeysToThePage(map) {
  const canvas = map.getCanvas();
  canvas.tabIndex = -1;
  canvas.removeAttribute("role");
  canvas.removeAttribute("aria-label");
  canvas.setAttribute("aria-hidden", "true");
}

/** Start a map where the browser can draw it; otherwise say so. The table beside it holds the same content. */
export async function start(root, build) {
  root.hidden = false;
  try {
    if (!hasWebGL()) throw new Error("WebGL 2 is missing");
    await build(root);
  } catch (error) {
    console.warn("No map:", error);
    root.dataset.state = "failed";
    for (const part of root.querySelectorAll("[data-map-part]")) part.hidden = true;
    root.querySelector("[data-map-failure]").hidden = false;
  }
}
