using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Layers;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>Runs with token classifiers on a real one-node cluster.</summary>
public sealed class ClassLayerRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Each_classifier_of_the_run_becomes_a_layer_and_the_workers_are_told_not_to_compute_classes()
    {
        var analyzer = new LatticeAnalyzer();
        await using TestNode node = await TestNode.StartAsync(_folder, new PlaceClassifier.Loader(), analyzer);
        RunSpecification run = await MakeRunAsync("left.pth", "right.pth");

        await node.SubmitAsync(run);
        RunStatus status = await node.FinishAsync(run);

        status.Failure.ShouldBeNull();
        analyzer.ClassBranches.ShouldAllBe(use => use == ClassBranchUse.None);
        StoreCheck.Run(run.StoreDirectory).ShouldBeEmpty();
        using CellStore store = CellStore.Open(run.StoreDirectory);
        store.Layers.Select(layer => layer.Name).ShouldBe(["left", "right"]);
        using ClassLayer layer = store.OpenLayer("left");
        foreach (StoredCell cell in store.ReadAll())
        {
            layer[cell.Row].Class.ShouldBe((float)store.Tokens[cell.Row][0] < 512 ? (byte)0 : (byte)1);
        }

        status.Publication!.Layers!.Select(counts => counts.Layer).ShouldBe(["left", "right"]);
        status.Publication.Layers![0].Classes.Sum(c => c.Cells).ShouldBe(store.Count);
        status.Publication.Layers[0].Classes.ShouldAllBe(c => c.Cells > 0);
    }

    [Fact]
    public async Task A_classifier_that_cannot_be_loaded_ends_its_run_with_the_reason()
    {
        await using TestNode node = await TestNode.StartAsync(_folder, new PlaceClassifier.Loader(), new LatticeAnalyzer());
        RunSpecification run = await MakeRunAsync("missing.pth");

        await node.SubmitAsync(run);
        RunStatus status = await node.FinishAsync(run);

        status.Phase.ShouldBe(RunPhase.Quarantined);
        status.Failure!.Code.ShouldBe(ErrorCode.ModelMissing.Value);
        Directory.Exists(run.StoreDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task A_merger_that_cannot_classify_says_so()
    {
        await using TestNode node = await TestNode.StartAsync(_folder, new LatticeAnalyzer());
        RunSpecification run = await MakeRunAsync("left.pth");

        await node.SubmitAsync(run);
        RunStatus status = await node.FinishAsync(run);

        status.Phase.ShouldBe(RunPhase.Quarantined);
        status.Failure!.Text.ShouldContain("started without token classifiers");
    }

    public void Dispose() => _folder.Dispose();

    private async Task<RunSpecification> MakeRunAsync(params string[] classifiers) => await TestNode.MakeRunAsync(_folder, "slide", side: 2000) with
    {
        ClassBranch = (int)ClassBranchUse.None,
        Classifiers = [.. classifiers.Select(file => Specimens.Classifier(file))],
    };
}
