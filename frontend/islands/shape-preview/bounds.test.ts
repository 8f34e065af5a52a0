import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsOf } from "./bounds.ts";

const feature = (geometry: GeoJSON.Geometry): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry });
const collection = (...geometries: GeoJSON.Geometry[]): GeoJSON.FeatureCollection => ({
  type: "FeatureCollection",
  features: geometries.map(feature),
});

test("the box of points, polygons and collections", () => {
  const polygon: GeoJSON.Geometry = { type: "Polygon", coordinates: [[[1, 2], [3, 2], [3, 5], [1, 2]]] };
  const point: GeoJSON.Geometry = { type: "Point", coordinates: [-4, 9] };
  assert.deepEqual(boundsOf(collection(polygon)), [1, 2, 3, 5]);
  assert.deepEqual(boundsOf(collection(polygon, point)), [-4, 2, 3, 9]);
  assert.deepEqual(boundsOf(collection({ type: "GeometryCollection", geometries: [polygon, point] })), [-4, 2, 3, 9]);
});

test("nothing has no box", () => {
  assert.equal(boundsOf(collection()), null);
});
