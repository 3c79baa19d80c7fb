using CellVitCluster.Detection;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Merging;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Detection.Targets;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;
using CsCheck;

namespace CellVitCluster.UnitTests.Detection.Separation;

public sealed class SeparationReachTests
{
    /// <summary>As large as outlines can be described.</summary>
    private const int Width = 2040;

    private const int Height = 1900;

    [Fact]
    public void A_nucleus_whose_reach_lies_in_a_tile_is_the_same_in_every_tile() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Float[0, 0.5f]).Sample(
            (seed, amplitude) =>
            {
                var random = new Random(seed);
                NetworkMaps slide = new SmoothNoise(seed, 6, amplitude).AddTo(Crowd(random), 0, 0);
                GridBox[] reaches = ReachesOf(slide, out LabelImage components);
                var workspace = new SeparationWorkspace();
                List<(string Cell, int Component)> whole = Cells(slide, 0, 0, components, workspace);
                int compared = 0;
                for (int i = 0; i < 5; i++)
                {
                    int side = random.Next(300, 1025), left = random.Next(Width - side), top = random.Next(Height - side);
                    NetworkMaps tile = IdealMaps.Cut(slide, new TileRect(left, top, side, side));
                    var window = new GridBox(left, top, left + side, top + side);
                    bool Inside(int component) => window.Intersection(reaches[component]) == reaches[component];

                    List<string> expected = [.. whole.Where(cell => Inside(cell.Component)).Select(cell => cell.Cell).Order(StringComparer.Ordinal)];
                    Cells(tile, left, top, components, workspace).Where(cell => Inside(cell.Component)).Select(cell => cell.Cell)
                        .Order(StringComparer.Ordinal).ShouldBe(expected);
                    compared += expected.Count;
                }

                compared.ShouldBeGreaterThan(20);
            },
            iter: 8);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void The_reach_is_exactly_that_far(int beyond, bool changes)
    {
        var truth = new LabelImage(80, 60);
        for (int i = 0; i < 15 * 20; i++)
        {
            truth[30 + (i % 20), 20 + (i / 20)] = 1;
        }

        double Depth(float outlier)
        {
            NetworkMaps maps = IdealMaps.Of(truth, [0, 1]);
            maps.Horizontal[(27 * 80) + 49 + SeparationParameters.Default.ReachPixels + beyond] = outlier;
            var workspace = new SeparationWorkspace();
            HoverSeparator.Separate(maps, SeparationParameters.Default, workspace);
            return workspace.AlongX(80, 60).Row(27)[49];
        }

        (Depth(1e6f) != Depth(0)).ShouldBe(changes);
    }

    /// <summary>Ellipses over each other, and rings around some of them.</summary>
    private static NetworkMaps Crowd(Random random)
    {
        var truth = new LabelImage(Width, Height);
        const int Count = 1300;
        byte[] classes = new byte[Count + 1];
        for (int label = 1; label <= Count; label++)
        {
            classes[label] = (byte)random.Next(6);
            bool ring = random.Next(25) == 0;
            double a = ring ? random.Next(25, 70) : random.Next(4, 30), b = a * (0.5 + (0.5 * random.NextDouble()));
            double hole = ring ? 0.3 + (0.5 * random.NextDouble()) : 0;
            int x0 = random.Next(Width), y0 = random.Next(Height);
            for (int y = Math.Max(0, (int)(y0 - b)); y < Math.Min(Height, y0 + b); y++)
            {
                for (int x = Math.Max(0, (int)(x0 - a)); x < Math.Min(Width, x0 + a); x++)
                {
                    double distance = Math.Sqrt(((x - x0) * (x - x0) / (a * a)) + ((y - y0) * (y - y0) / (b * b)));
                    if (distance <= 1 && distance >= hole)
                    {
                        truth[x, y] = label;
                    }
                }
            }
        }

        return IdealMaps.Of(truth, classes);
    }

    /// <summary>Per 8-connected component of the foreground the box that can influence its nuclei, cut to the slide, where tiles are cut alike.</summary>
    private static GridBox[] ReachesOf(NetworkMaps maps, out LabelImage components)
    {
        var mask = new LabelImage(maps.Width, maps.Height);
        for (int i = 0; i < maps.Nucleus.Length; i++)
        {
            mask[i % maps.Width, i / maps.Width] = maps.Nucleus[i];
        }

        var regions = InstanceRegions.OfParts(mask);
        components = new LabelImage(maps.Width, maps.Height);
        var boxes = new GridBox[regions.Count];
        for (int region = 0; region < regions.Count; region++)
        {
            TileRect box = regions[region].Box;
            boxes[region] = new GridBox(box.X, box.Y, box.Right, box.Bottom);
            foreach (PixelRun run in regions.RunsOf(region))
            {
                components.Framed.AsSpan(components.IndexOf(run.Start, run.Row), run.Length).Fill(region);
            }
        }

        var reaches = (GridBox[])boxes.Clone();
        for (int outer = 0; outer < boxes.Length; outer++)
        {
            byte[] filled = Filled(regions, outer, boxes[outer]);
            for (int inner = 0; inner < boxes.Length; inner++)
            {
                int x = regions[inner].FirstX - boxes[outer].Left, y = regions[inner].FirstY - boxes[outer].Top;
                if (inner != outer && boxes[outer].Intersection(boxes[inner]) == boxes[inner] && filled[(y * boxes[outer].Width) + x] != 0)
                {
                    reaches[inner] = reaches[inner].Union(boxes[outer]);
                }
            }
        }

        int reach = SeparationParameters.Default.ReachPixels;
        return Array.ConvertAll(reaches, box => new GridBox(box.Left - reach, box.Top - reach, box.Right + reach, box.Bottom + reach));
    }

    /// <summary>A component with its holes, in its box.</summary>
    private static byte[] Filled(InstanceRegions regions, int region, GridBox box)
    {
        byte[] mask = new byte[box.Width * box.Height];
        foreach (PixelRun run in regions.RunsOf(region))
        {
            mask.AsSpan(((run.Row - box.Top) * box.Width) + run.Start - box.Left, run.Length).Fill(1);
        }

        new Morphology().FillHoles(mask, box.Width, box.Height);
        return mask;
    }

    /// <summary>Everything that is said of each nucleus, in px of the slide, and the component it lies in.</summary>
    private static List<(string Cell, int Component)> Cells(
        NetworkMaps maps, int left, int top, LabelImage components, SeparationWorkspace workspace)
    {
        IReadOnlyList<TileCell> cells = NucleusExtractor.Extract(maps, SeparationParameters.Default, CompatibilityMode.Default, workspace).Cells;
        var described = new List<(string, int)>(cells.Count);
        foreach (TileCell cell in cells)
        {
            IEnumerable<string> outline = Enumerable.Range(0, cell.Contour.Count)
                .Select(i => FormattableString.Invariant($"{cell.Contour[i].X + left},{cell.Contour[i].Y + top}"));
            string text = FormattableString.Invariant(
                $"{cell.Box.X + left} {cell.Box.Y + top} {cell.AreaPixels} {cell.Class} {cell.ClassShare:R} {string.Join(' ', outline)}");
            described.Add((text, components[(int)cell.Contour[0].X + left, (int)cell.Contour[0].Y + top]));
        }

        return described;
    }
}
