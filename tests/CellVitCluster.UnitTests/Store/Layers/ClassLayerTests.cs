using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Export;
using CellVitCluster.Store.Layers;
using CellVitCluster.Store.Manifests;
using DuckDB.NET.Data;
using ParquetSharp;

namespace CellVitCluster.UnitTests.Store.Layers;

public sealed class ClassLayerTests : IDisposable
{
    private static readonly SignClassifier First = new("consep");
    private static readonly SignClassifier Second = new("lizard");

    /// <summary>What a run with two classifiers leaves: the class branch was not computed.</summary>
    private readonly BuiltStore _built = new(
        SyntheticCells.Many(2000).Select(cell => cell with { Class = 1 }),
        SyntheticCells.Description() with
        {
            ClassBranch = ClassBranchUse.None,
            Taxonomy = new Taxonomy("binary", [ClassPalette.Color(0, "background"), ClassPalette.Color(1, "nuclei")]),
        },
        classifiers: [First, Second]);

    [Fact]
    public void Every_cell_has_the_class_of_its_own_stored_embedding()
    {
        using var store = CellStore.Open(_built.Path);
        using ClassLayer layer = store.OpenLayer("consep");
        var counts = new long[3];
        foreach (StoredCell cell in store.ReadAll())
        {
            var classes = new byte[1];
            var probabilities = new float[3];
            First.Classify(store.Tokens[cell.Row], classes, probabilities);

            LayerCell row = layer[cell.Row];

            (row.Id, row.Class, row.Probability).ShouldBe((cell.Id.Value, classes[0], probabilities.Max()));
            row.Probabilities.ShouldBe(probabilities);
            counts[row.Class]++;
        }

        layer.Count.ShouldBe(2000);
        counts.ShouldAllBe(n => n > 300);
        _built.Manifest.Layers![0].Counts.Select(c => c.Cells).ShouldBe(counts);
    }

    [Fact]
    public void Rows_can_be_read_in_any_order_and_only_those_that_exist()
    {
        using var store = CellStore.Open(_built.Path);
        using ClassLayer layer = store.OpenLayer("LIZARD");
        layer[1999].Id.ShouldBe(store.ReadAll().Last().Id.Value);
        layer[0].Id.ShouldBe(store.ReadAll().First().Id.Value);
        Should.Throw<ArgumentOutOfRangeException>(() => layer[2000]);
        Should.Throw<ArgumentOutOfRangeException>(() => layer[-1]);
    }

    [Fact]
    public void The_manifest_says_what_the_layers_are_and_what_computed_them()
    {
        _built.Manifest.ClassBranch.ShouldBe("none");
        ManifestLayer layer = _built.Manifest.Layers![0];
        (layer.Name, layer.File).ShouldBe(("consep", "layers/consep.parquet"));
        layer.Taxonomy.Classes.Select(c => (c.Id, c.Name, c.Color[0])).ShouldBe([((byte)0, "Other", 92), ((byte)1, "Lymphocyte", 255), ((byte)2, "Spindle-Shaped", 34)]);
        layer.Classifier.ShouldBe(new ManifestClassifier("consep.pth", new string('c', 64)));
        _built.Manifest.Files.Select(f => f.Path).ShouldContain("layers/lizard.parquet");
    }

    /// <summary>Layers made later, on another machine, must be the ones the run would have made.</summary>
    [Fact]
    public void A_layer_computed_again_from_the_store_has_the_same_bytes()
    {
        byte[] sealedBytes = File.ReadAllBytes(_built.File("layers", "consep.parquet"));
        File.Delete(_built.File("layers", "consep.parquet"));

        (ManifestLayer layer, ManifestFile file) = LayerBuilder.Build(_built.Path, SyntheticCells.Run, new SlideId("fedcba9876543210fedcba9876543210"), First);

        File.ReadAllBytes(_built.File("layers", "consep.parquet")).ShouldBe(sealedBytes);
        JsonSerializer.Serialize(layer).ShouldBe(JsonSerializer.Serialize(_built.Manifest.Layers![0]));
        file.ShouldBe(_built.Manifest.Files.Single(f => f.Path == file.Path));
    }

    [Fact]
    public void The_order_in_which_cells_come_does_not_matter()
    {
        using var reversed = new BuiltStore(
            SyntheticCells.Many(2000).Select(cell => cell with { Class = 1 }).Reverse(), SyntheticCells.Description(), classifiers: [First]);
        File.ReadAllBytes(reversed.File("layers", "consep.parquet")).ShouldBe(File.ReadAllBytes(_built.File("layers", "consep.parquet")));
    }

    [Fact]
    public void The_file_has_plain_columns_its_taxonomy_and_the_row_groups_of_the_cells()
    {
        using var layer = new ParquetFileReader(_built.File("layers", "consep.parquet"));
        using var cells = new ParquetFileReader(_built.File("cells.parquet"));
        Enumerable.Range(0, layer.FileMetaData.Schema.NumColumns).Select(i => layer.FileMetaData.Schema.Column(i).Path.ToDotString())
            .ShouldBe(["id", "class", "class_name", "probability", "probability_0", "probability_1", "probability_2"]);
        layer.FileMetaData.NumRowGroups.ShouldBe(cells.FileMetaData.NumRowGroups);
        JsonElement metadata = JsonSerializer.Deserialize<JsonElement>(layer.FileMetaData.KeyValueMetadata["cellvit"]);
        metadata.GetProperty("taxonomy").GetProperty("classes")[2].GetProperty("name").GetString().ShouldBe("Spindle-Shaped");
        metadata.GetProperty("classifier").GetProperty("sha256").GetString().ShouldBe(new string('c', 64));
        using RowGroupReader group = layer.RowGroup(0);
        using ColumnChunkMetaData chunk = group.MetaData.GetColumnChunkMetaData(4);
        chunk.Compression.ShouldBe(Compression.Zstd);
    }

    [Fact]
    public void DuckDB_joins_a_layer_with_the_cells_and_counts_by_name()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT l.class_name, count(*), avg(l.probability_1) FROM '{_built.File("cells.parquet")}' c JOIN '{_built.File("layers", "consep.parquet")}' l USING (id) GROUP BY 1";
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        using (DuckDBDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                found.Add(reader.GetString(0), reader.GetInt64(1));
            }
        }

        found.ShouldBe(_built.Manifest.Layers![0].Counts.ToDictionary(c => c.Name, c => c.Cells, StringComparer.Ordinal), ignoreOrder: true);
    }

    [Fact]
    public void A_slide_without_nuclei_has_empty_layers()
    {
        using var empty = new BuiltStore([], SyntheticCells.Description(), classifiers: [First]);

        StoreCheck.Run(empty.Path).ShouldBeEmpty();
        using var store = CellStore.Open(empty.Path);
        using ClassLayer layer = store.OpenLayer("consep");
        layer.Count.ShouldBe(0);
    }

    [Fact]
    public void A_flipped_bit_in_a_layer_is_found_there_and_a_layer_of_another_store_does_not_pass()
    {
        StoreCheck.Run(_built.Path).ShouldBeEmpty();
        string path = _built.File("layers", "lizard.parquet");
        byte[] sound = File.ReadAllBytes(path);
        var random = new Random(5);
        for (int i = 0; i < 8; i++)
        {
            byte[] damaged = [.. sound];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);

            StoreCheck.Run(_built.Path).ShouldContain(finding => finding.File == "layers/lizard.parquet");
        }

        using var other = new BuiltStore(SyntheticCells.Many(2000, seed: 9), classifiers: [Second]);
        File.Copy(other.File("layers", "lizard.parquet"), path, overwrite: true);
        StoreCheck.Run(_built.Path).ShouldContain(finding => finding.File == "layers/lizard.parquet" && finding.Message.Contains("belongs to cell", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_row_is_found()
    {
        using var other = new BuiltStore(SyntheticCells.Many(1999), classifiers: [Second]);
        File.Copy(other.File("layers", "lizard.parquet"), _built.File("layers", "lizard.parquet"), overwrite: true);

        StoreCheck.Run(_built.Path).ShouldContain(finding => finding.Message == "It has 1999 rows, expected 2000.");
    }

    [Fact]
    public void Exports_take_the_first_layer_when_the_network_gave_no_classes_and_else_what_is_asked_for()
    {
        using var store = CellStore.Open(_built.Path);
        store.LayerFor(null).ShouldBe("consep");
        store.LayerFor("lizard").ShouldBe("lizard");
        store.LayerFor("binary").ShouldBeNull("that is the taxonomy of the cells themselves");
        using var usual = new BuiltStore(SyntheticCells.Many(10), classifiers: [First]);
        using var usualStore = CellStore.Open(usual.Path);
        usualStore.LayerFor(null).ShouldBeNull();
        usualStore.LayerFor("consep").ShouldBe("consep");

        StoreException error = Should.Throw<StoreException>(() => store.OpenLayer("midog"));
        error.Code.ShouldBe(ErrorCode.LayerMissing);
        error.Why.ShouldContain("consep, lizard");
    }

    [Fact]
    public void Selection_by_class_and_probability_means_those_of_the_layer()
    {
        using var store = CellStore.Open(_built.Path);
        using ClassLayer layer = store.OpenLayer("consep");
        var selection = new CellSelection { Layer = "consep", Classes = new HashSet<byte> { 2 }, MinProbability = 0.7f };

        StoredCell[] cells = [.. selection.From(store)];

        cells.Select(c => c.Row).ShouldBe(store.ReadAll().Select(c => c.Row).Where(row => layer[row].Class == 2 && layer[row].Probability >= 0.7f));
        cells.Length.ShouldBeGreaterThan(50);
        string path = _built.TemporaryFile("layer.geojson");
        GeoJsonExporter.Export(store, path, new GeoJsonOptions { Selection = selection }).ShouldBe(cells.Length);
        JsonElement properties = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path)).GetProperty("features")[0].GetProperty("properties");
        properties.GetProperty("classification").GetProperty("name").GetString().ShouldBe("Spindle-Shaped");
        properties.GetProperty("classification").GetProperty("color").EnumerateArray().Select(v => v.GetInt32()).ShouldBe([34, 221, 77]);
        properties.GetProperty("measurements").GetProperty("Probability: Spindle-Shaped").GetDouble().ShouldBe(Math.Round(cells[0].ClassProbability, 2));
    }

    [Fact]
    public void Embeddings_of_another_width_and_doubled_names_are_refused()
    {
        Should.Throw<ArgumentException>(() => new BuiltStore(SyntheticCells.Many(3), classifiers: [new SignClassifier("consep", tokenWidth: 5)]).Dispose())
            .Message.ShouldContain("width 5, the store has 8");
        Should.Throw<ArgumentException>(() => new BuiltStore(SyntheticCells.Many(3), classifiers: [First, new SignClassifier("Consep")]).Dispose());
    }

    public void Dispose() => _built.Dispose();
}
