/* Labels in tiers: name and households, households only, hidden; on paper every number. */
(function () {
  const DENSE = 150;
  const MANY = 40;
  let shown = true;

  /* From the longest text to the shortest; on paper the number comes first and is always there. */
  function textOf(item, outside) {
    const figures = KG.households(item.households, true);
    const number = KG.paper && item.number ? [String(item.number)] : [];
    const tiers = [[...number, item.name, figures], [...number, figures], ...(number.length ? [number] : [])];
    const left = item.status === "below_floor";
    return {
      spot: item.spot, tiers: tiers, framed: number.length > 0, mustStand: number.length > 0, rank: [outside, !left, -item.spot[2]],
      className: (left ? "kg-label-left" : "") + (outside ? " kg-label-outside" : ""),
    };
  }

  KG.placeLabels = function () {
    const items = KG.state === "after" ? KG.data.groups : KG.data.associations;
    const inside = items.filter((item) => !KG.paper || KG.isInside(item));
    const texts = (shown || KG.paper ? inside : []).map((item) => textOf(item, !KG.isInside(item)));
    texts.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2]);
    KG.placeTexts(KG.map, texts, KG.paper);
  };

  KG.showLabels = function (on) {
    shown = on;
    KG.placeLabels();
  };

  /* Seen from far, signs shrink to dots; where there are many, they would cover the map, and wait until people come near. */
  KG.manySigns = function () {
    return (KG.data.halls || []).length + (KG.data.schools || []).length > MANY;
  };

  KG.markFar = function () {
    document.body.classList.toggle("kg-far", KG.map.getZoom() < KG.wholeZoom + 1.4);
  };

  KG.startLabels = function () {
    const hide = () => { KG.map.getPane("labels").style.visibility = "hidden"; };
    const show = () => { KG.map.getPane("labels").style.visibility = ""; KG.placeLabels(); };
    KG.map.on("zoomstart", hide);
    KG.map.on("moveend viewreset", show);
    KG.map.on("zoomend", KG.markFar);
    document.body.classList.toggle("kg-dense", KG.data.groups.length > DENSE);
    document.body.classList.toggle("kg-many-signs", KG.manySigns());
    KG.markFar();
  };
})();
