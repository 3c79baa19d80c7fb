using CellVitCluster.Slides.Tissue;
using CsCheck;

namespace CellVitCluster.UnitTests.Slides.Tissue;

public sealed class MorphologyTests
{
    [Fact]
    public void An_isolated_pixel_grows_by_six_to_the_upper_left_and_five_to_the_lower_right()
    {
        var mask = new BinaryMask(30, 30);
        mask.Pixels[(15 * 30) + 14] = 1;

        Morphology.Dilate(mask, Spare(mask), 6, 5);

        mask.Count().ShouldBe(12 * 12);
        mask.CountIn(8, 9, 20, 21).ShouldBe(12 * 12);
    }

    [Fact]
    public void Closing_never_removes_a_pixel_and_closing_twice_changes_nothing() =>
        RandomMask.Sample(mask =>
        {
            byte[] open = [.. mask.Pixels];
            Morphology.Close(mask, Spare(mask), 2);
            byte[] closed = [.. mask.Pixels];
            Morphology.Close(mask, Spare(mask), 2);
            return open.Zip(closed).All(pair => pair.First <= pair.Second) && mask.Pixels.AsSpan().SequenceEqual(closed);
        });

    [Fact]
    public void Regions_smaller_than_the_limit_disappear_and_holes_fill_by_four_neighbors()
    {
        BinaryMask mask = Draw(
            "##...",
            "..#..",
            ".#.#.",
            "..#..");

        ConnectedRegions.RemoveSmall(mask, minArea: 2);
        Show(mask).ShouldBe("##...|.....|.....|.....");

        BinaryMask ring = Draw(
            ".....",
            ".###.",
            ".#.#.",
            ".###.",
            ".....");
        ConnectedRegions.FillSmallHoles(ring, minArea: 2);
        Show(ring).ShouldBe(".....|.###.|.###.|.###.|.....");
    }

    [Fact]
    public void Region_areas_agree_with_a_flood_fill() =>
        Gen.Select(RandomMask, Gen.Int[1, 30]).Sample((mask, minArea) =>
        {
            byte[] expected = FloodFilled(mask, minArea);
            ConnectedRegions.RemoveSmall(mask, minArea);
            return mask.Pixels.AsSpan().SequenceEqual(expected);
        });

    /// <summary>Another mask of the same size, full of what must not matter.</summary>
    private static BinaryMask Spare(BinaryMask mask)
    {
        var spare = new BinaryMask(mask.Width, mask.Height);
        spare.Pixels.AsSpan().Fill(1);
        return spare;
    }

    private static Gen<BinaryMask> RandomMask =>
        from width in Gen.Int[1, 40]
        from height in Gen.Int[1, 40]
        from density in Gen.Int[1, 9]
        from dice in Gen.Int[0, 9].Array[width * height]
        select Filled(width, height, dice, density);

    private static BinaryMask Filled(int width, int height, int[] dice, int density)
    {
        var mask = new BinaryMask(width, height);
        for (int i = 0; i < dice.Length; i++)
        {
            mask.Pixels[i] = dice[i] < density ? (byte)1 : (byte)0;
        }

        return mask;
    }

    private static byte[] FloodFilled(BinaryMask mask, int minArea)
    {
        byte[] result = [.. mask.Pixels];
        var seen = new bool[result.Length];
        for (int seed = 0; seed < seen.Length; seed++)
        {
            var region = new List<int>();
            var open = new Stack<int>([seed]);
            while (open.TryPop(out int i))
            {
                if (seen[i] || mask.Pixels[i] == 0)
                {
                    continue;
                }

                seen[i] = true;
                region.Add(i);
                int x = i % mask.Width, y = i / mask.Width;
                if (x > 0) { open.Push(i - 1); }
                if (x < mask.Width - 1) { open.Push(i + 1); }
                if (y > 0) { open.Push(i - mask.Width); }
                if (y < mask.Height - 1) { open.Push(i + mask.Width); }
            }

            if (region.Count < minArea)
            {
                region.ForEach(i => result[i] = 0);
            }
        }

        return result;
    }

    private static BinaryMask Draw(params string[] rows)
    {
        var mask = new BinaryMask(rows[0].Length, rows.Length);
        for (int i = 0; i < mask.Pixels.Length; i++)
        {
            mask.Pixels[i] = rows[i / mask.Width][i % mask.Width] == '#' ? (byte)1 : (byte)0;
        }

        return mask;
    }

    private static string Show(BinaryMask mask) => string.Join(
        '|', mask.Pixels.Chunk(mask.Width).Select(row => string.Concat(row.Select(pixel => pixel == 1 ? '#' : '.'))));
}
