using System.Runtime.InteropServices;
using CellVitCluster.Domain.Cells;
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
        var source = new SlideSource(SharedData.Path("goldens", "tiles", "mosaic_1024.png"), new Mpp(0.25));
        TilePlan plan;
        using (ISlide slide = SlideOpener.Open(source))
        {
            plan = SlideSurveyor.Survey(slide, CompatibilityMode.Default).Plan;
        }

        await using var analyzer = new TileAnalyzer(Card(), InferenceDevice.Cpu, new TileAnalyzerOptions { BatchSize = 3 }, TimeProvider.System);
        var task = new TileTask(source, plan.Grid, plan.Tiles.First(), CompatibilityMode.Reference);

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
    }

    public void Dispose() => _folder.Dispose();

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
