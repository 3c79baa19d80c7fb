using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Verification;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Devices;
using CellVitCluster.TestSupport;
using Xunit.Abstractions;

namespace CellVitCluster.ParityTests.Model;

/// <summary>The starter is shipped in half precision; on real tissue that must not show.</summary>
public sealed class HalfPrecisionStarterTests(ITestOutputHelper log)
{
    [Fact]
    public void Rounding_the_weights_changes_hardly_a_pixel()
    {
        using LoadedModel shipped = LoadedModel.Load(ModelCatalog.Installed.Resolve(null), InferenceDevice.Cpu);
        using LoadedModel original = LoadedModel.Create(CheckpointFile.Load(SharedData.Path("models", "starter.pth")), "starter.pth", InferenceDevice.Cpu);
        PictureFile picture = PictureFile.Load(SharedData.Path("goldens", "tiles", "tile_a_256.png"));
        using var shippedRunner = new NetworkRunner(shipped);
        using var originalRunner = new NetworkRunner(original);

        using NetworkResult ours = shippedRunner.Run([picture.Rgb], picture.Width, picture.Height)[0];
        using NetworkResult theirs = originalRunner.Run([picture.Rgb], picture.Width, picture.Height)[0];

        int changed = ours.Maps.Nucleus.Zip(theirs.Maps.Nucleus).Count(p => p.First != p.Second);
        float horizontal = ours.Maps.Horizontal.Zip(theirs.Maps.Horizontal).Max(p => Math.Abs(p.First - p.Second));
        float vertical = ours.Maps.Vertical.Zip(theirs.Maps.Vertical).Max(p => Math.Abs(p.First - p.Second));
        int nuclei = ours.Maps.Nucleus.Sum(v => v);
        log.WriteLine($"nucleus px {nuclei}, changed {changed} of {ours.Maps.Nucleus.Length}; largest difference h {horizontal}, v {vertical}");
        nuclei.ShouldBeGreaterThan(1000);
        changed.ShouldBeLessThan(ours.Maps.Nucleus.Length / 1000);
        horizontal.ShouldBeLessThan(0.02f);
        vertical.ShouldBeLessThan(0.02f);
    }
}
