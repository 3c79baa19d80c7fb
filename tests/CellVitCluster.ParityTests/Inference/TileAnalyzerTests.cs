using System.Runtime.InteropServices;
using System.Text.Json;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Domain.Units;
using CellVitCluster.Inference.Pipeline;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Devices;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Surveying;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Layers;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ParityTests.Inference;

public sealed class TileAnalyzerTests : IDisposable
{
    private const string ClassBranch = "nuclei_type_maps_decoder";
    private const string LastBias = ClassBranch + ".decoder0_header.2.bias";

    private readonly TemporaryFolder _folder = new();

    /// <summary>Runs that use the class branch differently may meet in one worker.</summary>
    [Fact]
    public async Task Each_tile_gets_the_use_of_the_class_branch_that_its_run_asks_for()
    {
        TilePlan plan = Survey();
        await using var analyzer = new TileAnalyzer(Card(), InferenceDevice.Cpu, new TileAnalyzerOptions(), TimeProvider.System);
        var task = new TileTask(Source, plan.Grid, plan.Tiles.First(), CompatibilityMode.Reference);

        TileCells[] cells = [.. (await Task.WhenAll(
            new[] { ClassBranchUse.Classes, ClassBranchUse.None, ClassBranchUse.Gate }
                .Select(use => analyzer.AnalyzeAsync(task with { ClassBranch = use }, CancellationToken.None)))).Select(analysis => analysis.Cells)];

        TileCells classes = cells[0], none = cells[1], gate = cells[2];
        classes.Cells.Count.ShouldBeGreaterThan(10);
        classes.Cells.ShouldContain(c => c.ClassShare < 0.9, "the branch is computed and votes");
        gate.Cells.Select(c => (c.Box, c.ClassShare)).ShouldBe(classes.Cells.Select(c => (c.Box, c.ClassShare)));
        gate.Cells.ShouldAllBe(c => c.Class == 1);
        none.Cells.ShouldAllBe(c => c.Class == 1 && c.ClassShare > 0.99);
        none.Cells.Count.ShouldBeGreaterThan(classes.Cells.Count, "some nuclei are background to the branch");
        classes.Cells.Select(c => c.Box).ShouldBeSubsetOf(none.Cells.Select(c => c.Box));
        cells.ShouldAllBe(tile => tile.ClassProbabilities.ClassCount == 0, "the published program knows none");
    }

    /// <summary>From the pixels to the store: a network of six classes.</summary>
    [Fact]
    public async Task Class_probabilities_reach_the_table_and_the_layer_of_the_store()
    {
        ModelCard card = SixClassStarter.Save(_folder.File("six.safetensors"));
        TilePlan plan = Survey();
        await using var analyzer = new TileAnalyzer(card, InferenceDevice.Cpu, new TileAnalyzerOptions(), TimeProvider.System);
        var merger = new SeamMerger(plan);
        using var builder = new CellStoreBuilder(Describe(card, plan), _folder.File("work"));
        foreach (TileId tile in plan.Tiles)
        {
            TileAnalysis analysis = await analyzer.AnalyzeAsync(new TileTask(Source, plan.Grid, tile, CompatibilityMode.Default), CancellationToken.None);
            analysis.Cells.ClassProbabilities.Values.Length.ShouldBe(6 * analysis.Cells.Cells.Count);
            merger.Add(analysis.Cells).ToList().ForEach(builder.Add);
        }

        merger.Complete().ToList().ForEach(builder.Add);
        builder.Seal(new RunOutcome { FailedTiles = [], NumericProfiles = [analyzer.Profile], TimingsSeconds = new Dictionary<string, double>(StringComparer.Ordinal) });
        builder.Publish(_folder.File("store"), replaceExisting: false);

        StoreCheck.Run(_folder.File("store")).ShouldBeEmpty();
        using var store = CellStore.Open(_folder.File("store"));
        using ClassLayer layer = store.OpenLayer("pannuke");
        StoredCell[] cells = [.. store.ReadAll()];
        cells.Length.ShouldBeGreaterThan(100);
        cells.Select(cell => cell.Class).Distinct().Count().ShouldBeGreaterThan(2, "the classes of the network differ");
        foreach (StoredCell cell in cells)
        {
            LayerCell row = layer[cell.Row];
            row.Probabilities.Sum().ShouldBe(1, 1e-6f);
            (row.Class, row.Probabilities[cell.Class]).ShouldBe((cell.Class, cell.ClassProbability));
            cell.OrientationDegrees.ShouldBeInRange(0, 179.9999f);
        }

        // A class that all pixels vote for is the most probable of each of them.
        cells.Where(cell => cell.ClassShare == 1).ShouldAllBe(cell => cell.ClassProbability == layer[cell.Row].Probabilities.Max());
    }

    public void Dispose() => _folder.Dispose();

    private static SlideSource Source { get; } = new(SharedData.Path("goldens", "tiles", "mosaic_1024.png"), new Mpp(0.25));

    private static TilePlan Survey()
    {
        using ISlide slide = SlideOpener.Open(Source);
        return SlideSurveyor.Survey(slide, CompatibilityMode.Default).Plan;
    }

    private static StoreDescription Describe(ModelCard card, TilePlan plan)
    {
        using ISlide slide = SlideOpener.Open(Source);
        return new StoreDescription
        {
            Run = new RunId("0123456789abcdef0123456789abcdef"),
            Slide = new SlideId("fedcba9876543210fedcba9876543210"),
            SlideName = "mosaic",
            SlideMetadata = slide.Metadata,
            Mpp = plan.Grid.BaseMpp,
            Taxonomy = card.Taxonomy,
            TokenWidth = card.EmbeddingWidth,
            ModelCard = JsonDocument.Parse(card.ToJson()).RootElement,
            Parameters = JsonDocument.Parse("{}").RootElement,
            SoftwareVersion = "0.1.0",
        };
    }

    /// <summary>
    /// The starter with its nucleus branch as class branch, tuned so that only sure pixels count as class 1: of unsure nuclei a part or all
    /// is background to it. The starter's own class branch says one class everywhere.
    /// </summary>
    private ModelCard Card()
    {
        using Checkpoint starter = CheckpointFile.Load(ModelCatalog.Installed.Resolve(null).WeightsPath);
        string path = _folder.File("unsure.safetensors");
        SafetensorsFile.Save(
            path,
            new Checkpoint(starter.Architecture, [.. starter.Tensors.Select(tensor => ForClasses(starter, tensor))], starter.Configuration));
        return new ModelCatalog(_folder.Path).Resolve(path);
    }

    private static CheckpointTensor ForClasses(Checkpoint starter, CheckpointTensor tensor)
    {
        if (!tensor.Name.StartsWith(ClassBranch, StringComparison.Ordinal))
        {
            return tensor;
        }

        CheckpointTensor nuclei = starter.Find(tensor.Name.Replace(ClassBranch, "nuclei_binary_map_decoder", StringComparison.Ordinal))!;
        float[] values = nuclei.ToFloats();
        values[0] += tensor.Name == LastBias ? 2.5f : 0;
        return new CheckpointTensor(tensor.Name, ElementType.Float32, nuclei.Shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }
}
