/* Put the page together, once. */
(function () {
  KG.startStudy();
  KG.startTheme();
  if (KG.startOutlook) { KG.startOutlook(); }
  KG.id("skip").addEventListener("click", function (event) {
    event.preventDefault();
    KG.id("list").focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { KG.choose([]); } });
  KG.map.invalidateSize();
  KG.showAll();
  new ResizeObserver(() => KG.map.invalidateSize({ pan: false })).observe(KG.id("stage"));
  document.body.dataset.ready = "yes";
})();
