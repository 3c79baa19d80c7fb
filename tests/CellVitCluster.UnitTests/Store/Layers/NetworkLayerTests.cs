using System.Text.Json;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Export;
using CellVitCluster.Store.Layers;
using CellVitCluster.Store.Manifests;
using DuckDB.NET.Data;
using ParquetSharp;

namespace CellVitCluster.UnitTests.Store.Layers;

public sealed class NetworkLayerTests : IDisposable
{
    private static readonly List<SlideCell> Cells = SyntheticCells.WithClassProbabilities(SyntheticCells.Many(1500));
    private static readonly StoreDescription Description = SyntheticCells.Description() with
    {
        Taxonomy = new Taxonomy("pannuke", [ClassPalette.Color(0, "Background"), .. SyntheticCells.PanNuke.Classes]),
    };

    private readonly BuiltStore _built = new(Cells, Description);

    [Fact]
    public void Each_cell_has_its_class_and_all_its_probabilities()
    {
        StoreCheck.Run(_built.Path).ShouldBeEmpty();
        Dictionary<(double, double), SlideCell> expected = Cells.ToDictionary(c => (c.Centroid.X, c.Centroid.Y));
        using var store = CellStore.Open(_built.Path);
        using ClassLayer layer = store.OpenLayer("pannuke");
        layer.Count.ShouldBe(1500);
        foreach (StoredCell cell in store.ReadAll())
        {
            SlideCell original = expected[(cell.Centroid.X, cell.Centroid.Y)];
            LayerCell row = layer[cell.Row];

            (row.Id, row.Class, row.Probability).ShouldBe((cell.Id.Value, original.Class, original.ClassProbabilities.Span[original.Class]));
            row.Probabilities.ShouldBe(original.ClassProbabilities.ToArray());
            row.Probabilities.Sum().ShouldBe(1, 1e-6f);
            (cell.ClassProbability, cell.ClassShare).ShouldBe((row.Probability, (float)original.ClassShare));
            store.Tokens[cell.Row].SequenceEqual(original.Token.Span).ShouldBeTrue("the probabilities lie before the token in the block files");
        }
    }

    [Fact]
    public void It_looks_like_the_layer_of_a_classifier_without_one()
    {
        ManifestLayer layer = _built.Manifest.Layers!.ShouldHaveSingleItem();
        (layer.Name, layer.File, layer.Classifier).ShouldBe(("pannuke", "layers/pannuke.parquet", null));
        layer.Counts.ShouldBe(_built.Manifest.Counts);
        layer.Taxonomy.Classes.Select(c => c.Name).ShouldBe(Description.Taxonomy.Classes.Select(c => c.Name));
        File.ReadAllText(_built.File("manifest.json")).ShouldNotContain("\"classifier\"");

        using var file = new ParquetFileReader(_built.File("layers", "pannuke.parquet"));
        Enumerable.Range(0, file.FileMetaData.Schema.NumColumns).Select(i => file.FileMetaData.Schema.Column(i).Path.ToDotString()).ShouldBe(
            ["id", "class", "class_name", "probability", "probability_0", "probability_1", "probability_2", "probability_3", "probability_4", "probability_5"]);
        JsonSerializer.Deserialize<JsonElement>(file.FileMetaData.KeyValueMetadata["cellvit"]).TryGetProperty("classifier", out _).ShouldBeFalse();
    }

    [Fact]
    public void DuckDB_joins_it_with_the_cells_and_knows_what_is_not_known()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*), max(abs(probability_0 + probability_1 + probability_2 + probability_3 + probability_4 + probability_5 - 1)), "
            + "sum((l.class_name <> c.class_name OR l.probability <> c.class_probability)::INT)::BIGINT, "
            + "sum(isnan(c.orientation_deg)::INT)::BIGINT, sum(isnan(c.border_distance_um)::INT)::BIGINT, sum(c.class_share) "
            + $"FROM '{_built.File("cells.parquet")}' c JOIN '{_built.File("layers", "pannuke.parquet")}' l USING (id)";
        using DuckDBDataReader row = command.ExecuteReader();
        row.Read().ShouldBeTrue();

        row.GetInt64(0).ShouldBe(1500);
        row.GetFloat(1).ShouldBe(0, 1e-6f);
        row.GetInt64(2).ShouldBe(0);
        row.GetInt64(3).ShouldBe(Cells.Count(cell => cell.OrientationDegrees is null));
        row.GetInt64(4).ShouldBe(Cells.Count(cell => cell.BorderDistanceMicrons is null));
        row.GetDouble(5).ShouldBe(Cells.Sum(cell => cell.ClassShare), 0.01);
    }

    [Fact]
    public void The_order_of_arrival_and_the_memory_budget_change_no_byte()
    {
        using var other = new BuiltStore(Enumerable.Reverse(Cells), Description, new CellStoreOptions { BucketMemoryMebibytes = 1 });
        foreach (string name in new[] { "cells.parquet", "tokens.npy", "layers/pannuke.parquet" })
        {
            File.ReadAllBytes(other.File(name)).ShouldBe(File.ReadAllBytes(_built.File(name)));
        }
    }

    [Fact]
    public void A_cell_without_probabilities_or_a_network_of_one_class_gives_no_layer()
    {
        List<SlideCell> mixed = [.. Cells.Take(20), Cells[20] with { ClassProbabilities = default }];
        using var first = new BuiltStore(mixed, Description);
        using var last = new BuiltStore(Enumerable.Reverse(mixed), Description);
        using var binary = new BuiltStore([.. Cells.Take(20).Select(c => c with { Class = 1, ClassProbabilities = new[] { 0.25f, 0.75f } })], Description);

        first.Manifest.Layers.ShouldBeNull();
        last.Manifest.Layers.ShouldBeNull();
        binary.Manifest.Layers.ShouldBeNull();
        using var store = CellStore.Open(binary.Path);
        store.ReadAll().ShouldAllBe(cell => cell.ClassProbability == 0.75f);
        StoreCheck.Run(first.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_layer_that_contradicts_the_cells_does_not_pass_the_check()
    {
        using var other = new BuiltStore(Cells.Select(cell => cell with { Class = (byte)(1 + (cell.Class % 5)) }), Description);
        File.Copy(other.File("layers", "pannuke.parquet"), _built.File("layers", "pannuke.parquet"), overwrite: true);

        StoreCheck.Run(_built.Path).ShouldContain(finding => finding.File == "layers/pannuke.parquet" && finding.Message.Contains("the cell has", StringComparison.Ordinal));
    }

    [Fact]
    public void Exports_have_the_probability_of_the_class_and_all_of_them_only_when_the_layer_is_asked_for()
    {
        using var store = CellStore.Open(_built.Path);
        store.LayerFor(null).ShouldBeNull();
        string path = _built.TemporaryFile("cells.geojson");

        Probabilities(null).ShouldHaveSingleItem();
        StoredCell cell = store.ReadAll().First();
        using ClassLayer layer = store.OpenLayer("pannuke");
        (string Name, double Value)[] all = Probabilities(store.LayerFor("pannuke"));
        all.Select(p => p.Name).ShouldBe(Description.Taxonomy.Classes.Select(c => $"Probability: {c.Name}"));
        all.Select(p => p.Value).ShouldBe(layer[cell.Row].Probabilities.Select(p => Math.Round(p, 2)));

        (string Name, double Value)[] Probabilities(string? name)
        {
            GeoJsonExporter.Export(store, path, new GeoJsonOptions { Selection = new CellSelection { Layer = name } }).ShouldBe(1500);
            JsonElement feature = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path)).GetProperty("features")[0];
            return [.. feature.GetProperty("properties").GetProperty("measurements").EnumerateObject()
                .Where(p => p.Name.StartsWith("Probability: ", StringComparison.Ordinal)).Select(p => (p.Name, p.Value.GetDouble()))];
        }
    }

    [Fact]
    public void A_classifier_of_the_same_name_is_refused() =>
        Should.Throw<ArgumentException>(() => new BuiltStore(Cells, Description, classifiers: [new SignClassifier("PanNuke")]).Dispose());

    public void Dispose() => _built.Dispose();
}
