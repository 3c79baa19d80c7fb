using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Verification;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Inference;

/// <summary>Two placements of the patches, averaged.</summary>
public sealed class SecondPlacementTests
{
    private const int Shift = 8;

    /// <summary>A network that does not care where its patches begin gives the same map with and without.</summary>
    [Fact]
    public void Averaging_a_moved_map_with_itself_changes_nothing()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor map = rand([2, 3, 48, 64], generator: new Generator(5));
        Tensor expected = map.clone();
        var placement = new SecondPlacement(Shift);

        placement.Average(map, placement.Move(expected));

        (map - expected).abs().max().item<float>().ShouldBeLessThan(1e-6f);
    }

    [Fact]
    public void The_picture_moves_right_and_down_and_its_mirror_image_fills_the_gap()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor picture = arange(0, 32 * 32, ScalarType.Float32).reshape(1, 1, 32, 32);

        Tensor moved = new SecondPlacement(Shift).Move(picture);

        moved.shape.ShouldBe(picture.shape);
        moved[0, 0, Shift, Shift].item<float>().ShouldBe(0);
        moved[0, 0, Shift + 3, Shift + 5].item<float>().ShouldBe((3 * 32) + 5);
        moved[0, 0, Shift - 1, Shift - 2].item<float>().ShouldBe((1 * 32) + 2);
        moved[0, 0, 31, 31].item<float>().ShouldBe(((31 - Shift) * 32) + 31 - Shift);
    }

    [Fact]
    public void Pixels_that_only_the_first_placement_shows_keep_its_answer()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = zeros(1, 1, 32, 32);

        new SecondPlacement(Shift).Average(first, ones(1, 1, 32, 32));

        first[.., .., ..(32 - Shift), ..(32 - Shift)].min().item<float>().ShouldBe(0.5f);
        first[.., .., (32 - Shift).., ..].max().item<float>().ShouldBe(0);
        first[.., .., .., (32 - Shift)..].max().item<float>().ShouldBe(0);
    }

    [Fact]
    public void Maps_of_two_placements_are_the_mean_of_both_and_the_tokens_those_of_the_first()
    {
        PictureFile picture = PictureFile.Load(SharedData.Path("goldens", "tiles", "tile_a_256.png"));
        using var model = LoadedModel.Load(ModelCatalog.Installed.Resolve(null), InferenceDevice.Cpu);
        using var runner = new NetworkRunner(model, keepProbability: true);
        using NetworkResult once = runner.Run([picture.Rgb], 256, 256)[0];
        using NetworkResult moved = runner.Run([Moved(picture)], 256, 256)[0];

        using NetworkResult twice = runner.Run([picture.Rgb], 256, 256, placements: 2)[0];

        twice.Tokens.Values.ShouldBe(once.Tokens.Values);
        for (int y = 0; y < 256 - Shift; y++)
        {
            for (int x = 0; x < 256 - Shift; x++)
            {
                int here = (y * 256) + x, there = ((y + Shift) * 256) + x + Shift;
                twice.Maps.NucleusProbability![here].ShouldBe((once.Maps.NucleusProbability![here] + moved.Maps.NucleusProbability![there]) / 2, 1e-4f);
                twice.Maps.Horizontal[here].ShouldBe((once.Maps.Horizontal[here] + moved.Maps.Horizontal[there]) / 2, 1e-3f);
                twice.Maps.Vertical[here].ShouldBe((once.Maps.Vertical[here] + moved.Maps.Vertical[there]) / 2, 1e-3f);
            }
        }
    }

    private static byte[] Moved(PictureFile picture)
    {
        var moved = new byte[picture.Rgb.Length];
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                int source = (Math.Abs(y - Shift) * picture.Width) + Math.Abs(x - Shift);
                picture.Rgb.AsSpan(3 * source, 3).CopyTo(moved.AsSpan(3 * ((y * picture.Width) + x)));
            }
        }

        return moved;
    }
}
