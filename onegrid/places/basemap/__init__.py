"""The base map (底图): our own vector layers and their tiles; 天地图 as an optional raster below them."""
