using System.Diagnostics;
using System.Globalization;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Cells;
using DuckDB.NET.Data;

namespace CellVitCluster.UnitTests.Store.Cells;

/// <summary>Programs that know nothing of us read the files.</summary>
public sealed class OutsideReadersTests : IClassFixture<SharedStore>
{
    private readonly SharedStore _shared;

    public OutsideReadersTests(SharedStore shared) => _shared = shared;

    private string Table => $"'{_shared.Built.File("cells.parquet")}'";

    [Fact]
    public void DuckDB_counts_the_classes_by_name_as_we_do()
    {
        Dictionary<string, long> expected = _shared.Built.Manifest.Counts.ToDictionary(c => c.Name, c => c.Cells, StringComparer.Ordinal);
        Rows($"SELECT class_name, count(*), count(DISTINCT class) FROM {Table} GROUP BY 1")
            .ToDictionary(row => (string)row[0], row => (long)row[1], StringComparer.Ordinal)
            .ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public void DuckDB_finds_one_id_with_the_same_values()
    {
        StoredCell cell = _shared.Store.ReadAll().ElementAt(1234);
        object[] row = Rows($"SELECT x, y, area_um2, class, flags, bbox.xmin, bbox.ymax, geometry FROM {Table} WHERE id = {cell.Id}", "SET enable_geoparquet_conversion = false").Single();

        row[..7].ShouldBe([
            cell.Centroid.X,
            cell.Centroid.Y,
            cell.AreaSquareMicrons,
            cell.Class,
            (ushort)cell.Flags,
            cell.Outline.Bounds.X,
            cell.Outline.Bounds.Bottom]);
        byte[] wkb = Bytes(row[7]);
        wkb[..9].ShouldBe(new byte[] { 1, 3, 0, 0, 0, 1, 0, 0, 0 });
        wkb.Length.ShouldBe(13 + (16 * (cell.Outline.Count + 1)));
    }

    [Fact]
    public void DuckDB_takes_the_outlines_for_polygons()
    {
        StoredCell cell = _shared.Store.ReadAll().ElementAt(77);
        object[] row = Rows($"SELECT typeof(geometry), geometry::VARCHAR FROM {Table} WHERE id = {cell.Id}").Single();

        row[0].ShouldBe("GEOMETRY");
        IEnumerable<string> vertices = Enumerable.Range(0, cell.Outline.Count + 1)
            .Select(i => cell.Outline[i % cell.Outline.Count])
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X} {p.Y}"));
        row[1].ShouldBe($"POLYGON (({string.Join(", ", vertices)}))");
    }

    [Fact]
    public void DuckDB_finds_a_rectangle_by_the_bbox_struct_as_we_do()
    {
        var rect = new SlideRect(3000, 5000, 4000, 3000);
        string sql = $"SELECT id FROM {Table} WHERE bbox.xmin < 7000 AND bbox.xmax > 3000 AND bbox.ymin < 8000 AND bbox.ymax > 5000 ORDER BY id";
        Rows(sql).Select(row => (long)row[0]).ShouldBe(_shared.Store.Query(rect).Select(c => c.Id.Value));
    }

    [Fact]
    public void DuckDB_sees_the_GeoParquet_metadata_and_the_encodings()
    {
        string geo = (string)Rows($"SELECT decode(value) FROM parquet_kv_metadata({Table}) WHERE decode(key) = 'geo'").Single()[0];
        geo.ShouldContain("\"version\":\"1.1.0\"");
        geo.ShouldContain("\"crs\":null");
        geo.ShouldContain("\"covering\":{\"bbox\":{\"xmin\":[\"bbox\",\"xmin\"]");

        Dictionary<string, string> encodings = Rows($"SELECT DISTINCT path_in_schema, encodings FROM parquet_metadata({Table})")
            .ToDictionary(row => (string)row[0], row => (string)row[1], StringComparer.Ordinal);
        encodings["id"].ShouldContain("DELTA_BINARY_PACKED");
        encodings["area_um2"].ShouldContain("BYTE_STREAM_SPLIT");
        encodings["bbox, xmin"].ShouldContain("BYTE_STREAM_SPLIT");
        encodings["area_um2"].ShouldNotContain("DICTIONARY");
        Rows($"SELECT count(DISTINCT row_group_id) FROM parquet_metadata({Table})").Single()[0]
            .ShouldBe(_shared.Cells.Select(c => CellId.BlockOf(c.Centroid)).Distinct().LongCount());
    }

    [Fact]
    public void DuckDB_reads_a_store_without_cells()
    {
        using var built = new BuiltStore([]);
        Rows($"SELECT count(*), count(class_name) FROM '{built.File("cells.parquet")}'").Single()[0].ShouldBe(0L);
    }

    [Fact]
    public void NumPy_maps_the_tokens_and_finds_the_same_rows()
    {
        string script = """
            import sys, numpy
            a = numpy.load(sys.argv[1], mmap_mode='r')
            d = numpy.load(sys.argv[2])
            print(a.dtype, a.shape, ' '.join(repr(float(v)) for v in a[1234]), int(d.sum()))
            """;
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", script, _shared.Built.File("tokens.npy"), _shared.Built.File("density", "0.npy")])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();

        string row = string.Join(' ', _shared.Store.Tokens[1234].ToArray().Select(v => ((double)v).ToString("R", CultureInfo.InvariantCulture)));
        output.ShouldBe($"float16 (3000, {SyntheticCells.TokenWidth}) {row} 3000");
    }

    private static List<object[]> Rows(string sql, string setting = "SELECT 1")
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = setting;
        command.ExecuteNonQuery();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add([.. values.Select(value => value is Stream stream ? ReadAll(stream) : value)]);
        }

        return rows;
    }

    private static byte[] Bytes(object value) => (byte[])value;

    private static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
