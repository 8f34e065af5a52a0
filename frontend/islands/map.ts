/** On pages with a map only: maplibre, its CSS, and the four map elements. */
import "maplibre-gl/dist/maplibre-gl.css";
import "./street-map/street-map.css";
import { PathMap } from "./path-map/path-map.ts";
import { PointPicker } from "./point-picker/point-picker.ts";
import { ShapePreview } from "./shape-preview/shape-preview.ts";
import { StreetMap } from "./street-map/street-map.ts";

customElements.define("street-map", StreetMap);
customElements.define("point-picker", PointPicker);
customElements.define("path-map", PathMap);
customElements.define("shape-preview", ShapePreview);
