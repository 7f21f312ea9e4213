/* The map of a page with one question. */
"use strict";
window.map_plan = L.map("kg-map", {
  center: [38, 140], zoom: 10, zoomControl: false, attributionControl: false, zoomAnimation: false, fadeAnimation: false,
  zoomSnap: 0.1, zoomDelta: 0.5, wheelPxPerZoomLevel: 120, maxZoom: 18,
});
