/* The two maps; what the pages share takes the left one for the map. */
"use strict";
window.sideMaps = ["left", "right"].map(function (side) {
  return L.map("kg-map-" + side, {
    center: [38, 140], zoom: 10, zoomControl: false, attributionControl: false, zoomAnimation: false, fadeAnimation: false,
    zoomSnap: 0.1, zoomDelta: 0.5, wheelPxPerZoomLevel: 120, maxZoom: 18,
  });
});
window.map_plan = window.sideMaps[0];
