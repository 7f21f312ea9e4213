/* Numbers of the places that differ, then names and households in tiers, on both maps. */
(function () {
  function texts(side) {
    const groups = KG.data.sides[side].groups;
    const below = (group) => group.status === "small" || group.status === "below_floor";
    return groups.filter((group) => group.members.some(KG.isInside))
      .sort((a, b) => below(b) - below(a) || b.spot[2] - a.spot[2])
      .map(function (group) {
        const figures = group.households === null ? [] : [KG.households(group.households, true)];
        const tiers = [[group.name, ...figures], ...(figures.length ? [figures] : [])];
        return { spot: group.spot, tiers: tiers, className: below(group) ? "kg-label-left" : "" };
      });
  }

  function numbers() {
    return KG.differences().map(function (item) {
      const group = KG.data.sides[1].groups[item.right[0]];
      return { spot: group.spot, number: String(item.number), mustStand: KG.data.mode === "plans" };
    });
  }

  function place(side) {
    const items = [...(KG.isShown("differences") ? numbers() : []), ...(KG.isShown("labels") ? texts(side) : [])];
    KG.placeTexts(KG.maps[side], items);
  }

  KG.placeLabels = function () {
    [0, 1].forEach(place);
  };

  KG.startLabels = function () {
    KG.maps.forEach((map, side) => map.on("moveend viewreset", () => place(side)));
  };
})();
