using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Separation;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Separation;

public sealed class HoverSeparatorTests
{
    [Fact]
    public void The_scene_of_the_specification_has_its_landscape_markers_and_labels()
    {
        NetworkMaps maps = EllipseScene.Draw();
        var workspace = new SeparationWorkspace();
        LabelImage labels = HoverSeparator.Separate(maps, SeparationParameters.Reference, workspace);

        workspace.Foreground.Mask.Take(128 * 128).Sum(bit => bit).ShouldBe(2642);
        FramedBuffer heights = workspace.AlongY(128, 128);
        new SmoothHeights(workspace.Foreground, workspace.AlongX(128, 128), heights).Compute(workspace.Foreground.Runs);
        List<double> inside = [];
        foreach (PixelRun run in workspace.Foreground.Runs)
        {
            inside.AddRange(heights.Row(run.Row)[run.Start..run.End]);
        }

        inside.Min().ShouldBe(-0.973237529, 1e-9);
        heights.Row(30)[39].ShouldBe(-0.199040111, 1e-9);
        workspace.Components.Areas.ToArray().Count(area => area >= 10).ShouldBe(10);
        CountLabeled(labels).ShouldBe(2632);
        labels.Renumber().ShouldBe(10);
    }

    [Fact]
    public void A_tile_without_foreground_stays_unlabeled_after_a_full_one()
    {
        var workspace = new SeparationWorkspace();
        NetworkMaps maps = EllipseScene.Draw();
        CountLabeled(HoverSeparator.Separate(maps, SeparationParameters.Default, workspace)).ShouldBeGreaterThan(0);

        NetworkMaps empty = maps with { Nucleus = new byte[128 * 128] };
        CountLabeled(HoverSeparator.Separate(empty, SeparationParameters.Default, workspace)).ShouldBe(0);
    }

    [Fact]
    public void By_default_a_nucleus_is_separated_alike_wherever_it_lies_and_whatever_lies_far_away()
    {
        NetworkMaps scene = EllipseScene.Draw();
        int[] alone = Canonical(HoverSeparator.Separate(Place(scene, 200, 200, 40, 30, outlier: 0), SeparationParameters.Default, new()), 40, 30);

        Gen.Select(Gen.Int[11, 230], Gen.Int[11, 230], Gen.Float[-9, 9])
            .Sample(
                (left, top, outlier) =>
                {
                    NetworkMaps placed = Place(scene, 400, 400, left, top, outlier);
                    LabelImage labels = HoverSeparator.Separate(placed, SeparationParameters.Default, new());
                    Canonical(labels, left, top).ShouldBe(alone);
                },
                iter: 20);
    }

    [Fact]
    public void The_published_scaling_does_depend_on_what_lies_far_away()
    {
        NetworkMaps scene = EllipseScene.Draw();
        int[] alone = Canonical(HoverSeparator.Separate(Place(scene, 400, 400, 40, 30, outlier: 0), SeparationParameters.Reference, new()), 40, 30);
        int[] disturbed = Canonical(
            HoverSeparator.Separate(Place(scene, 400, 400, 40, 30, outlier: 9), SeparationParameters.Reference, new()), 40, 30);

        disturbed.SequenceEqual(alone).ShouldBeFalse();
    }

    [Fact]
    public void A_reused_workspace_gives_what_a_new_one_gives()
    {
        var reused = new SeparationWorkspace();
        NetworkMaps scene = EllipseScene.Draw();
        foreach ((int width, int height) in new[] { (400, 300), (128, 128), (150, 333), (400, 300) })
        {
            NetworkMaps maps = Place(scene, width, height, Math.Min(11, width - 128), Math.Min(5, height - 128), outlier: 2);
            foreach (SeparationParameters parameters in new[] { SeparationParameters.Default, SeparationParameters.Reference })
            {
                int[] expected = Labels(HoverSeparator.Separate(maps, parameters, new()));
                Labels(HoverSeparator.Separate(maps, parameters, reused)).ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Maps_of_the_wrong_length_are_refused()
    {
        NetworkMaps maps = EllipseScene.Draw() with { Vertical = new float[5] };
        Should.Throw<ArgumentException>(() => HoverSeparator.Separate(maps, SeparationParameters.Default, new()))
            .Message.ShouldContain("vertical 5");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(5, 7)]
    public void Images_smaller_than_the_kernel_are_separated(int width, int height)
    {
        int pixels = width * height;
        var maps = new NetworkMaps
        {
            Width = width,
            Height = height,
            Nucleus = Enumerable.Repeat((byte)1, pixels).ToArray(),
            Horizontal = Enumerable.Range(0, pixels).Select(i => i / (float)pixels).ToArray(),
            Vertical = new float[pixels],
            Class = new byte[pixels],
        };
        foreach (SeparationParameters parameters in new[] { SeparationParameters.Default, SeparationParameters.Reference })
        {
            LabelImage labels = HoverSeparator.Separate(maps, parameters, new());
            Labels(labels).Length.ShouldBe(pixels);
        }
    }

    private static int CountLabeled(LabelImage labels) => Labels(labels).Count(label => label != 0);

    private static int[] Labels(LabelImage labels)
    {
        var all = new List<int>();
        for (int y = 0; y < labels.Height; y++)
        {
            all.AddRange(labels.Row(y));
        }

        return [.. all];
    }

    /// <summary>The scene's labels, renumbered by first appearance, because other nuclei shift the numbers.</summary>
    private static int[] Canonical(LabelImage labels, int left, int top)
    {
        var numbers = new Dictionary<int, int> { [0] = 0 };
        int[] canonical = new int[EllipseScene.Side * EllipseScene.Side];
        for (int i = 0; i < canonical.Length; i++)
        {
            int label = labels[left + (i % EllipseScene.Side), top + (i / EllipseScene.Side)];
            numbers.TryAdd(label, numbers.Count);
            canonical[i] = numbers[label];
        }

        return canonical;
    }

    /// <summary>The scene on a larger canvas, with a nucleus of odd values near the lower right corner.</summary>
    private static NetworkMaps Place(NetworkMaps scene, int width, int height, int left, int top, float outlier)
    {
        var maps = new NetworkMaps
        {
            Width = width,
            Height = height,
            Nucleus = new byte[width * height],
            Horizontal = new float[width * height],
            Vertical = new float[width * height],
            Class = new byte[width * height],
        };
        for (int y = 0; y < scene.Height; y++)
        {
            int to = ((y + top) * width) + left;
            int from = y * scene.Width;
            Array.Copy(scene.Nucleus, from, maps.Nucleus, to, scene.Width);
            Array.Copy(scene.Horizontal, from, maps.Horizontal, to, scene.Width);
            Array.Copy(scene.Vertical, from, maps.Vertical, to, scene.Width);
        }

        for (int i = 0; outlier != 0 && i < 100; i++)
        {
            int at = ((height - 26 + (i / 10)) * width) + width - 26 + (i % 10);
            maps.Nucleus[at] = 1;
            maps.Horizontal[at] = outlier;
            maps.Vertical[at] = -outlier;
        }

        return maps;
    }
}
