from django.db import migrations

# Cells are counted anew, per authority and two zooms deeper: as `count_cells` does at this commit.
CELL_X = "floor((ST_X(t.point) + 180) / 360 * 2 ^ 19)::int"
CELL_Y = "floor((1 - asinh(tan(radians(ST_Y(t.point)))) / pi()) / 2 * 2 ^ 19)::int"
INTO = "INSERT INTO registry_thingcell (zoom, x, y, major_code, area_path, authority_id, count, lon_sum, lat_sum)"
SMALLEST = f"""
{INTO}
SELECT 19, {CELL_X}, {CELL_Y}, k.major_code, COALESCE(c.path, s.path, t.area_path), t.authority_id, count(*),
       sum(ST_X(t.point)), sum(ST_Y(t.point))
FROM registry_thing t
JOIN registry_thingclass k ON k.id = t.thing_class_id
LEFT JOIN places_area c ON c.id = t.community_id
LEFT JOIN places_area s ON s.id = t.street_id
WHERE t.status <> 'removed'
GROUP BY 2, 3, 4, 5, 6
"""


def count_anew(apps, schema_editor):
    run = schema_editor.execute
    run("SELECT pg_advisory_xact_lock(hashtext('registry_thingcell'))")  # one who counts at a time
    run("DELETE FROM registry_thingcell")
    run(SMALLEST)
    for zoom in range(19, 4, -1):
        run(
            f"{INTO} SELECT zoom - 1, x / 2, y / 2, major_code, area_path, authority_id, sum(count), sum(lon_sum),"
            f" sum(lat_sum) FROM registry_thingcell WHERE zoom = {zoom} GROUP BY 1, 2, 3, 4, 5, 6"
        )


class Migration(migrations.Migration):

    dependencies = [("registry", "0008_cells_of_authorities")]

    operations = [migrations.RunPython(count_anew, migrations.RunPython.noop)]
