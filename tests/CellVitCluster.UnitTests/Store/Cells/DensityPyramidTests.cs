using System.Runtime.InteropServices;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Formats;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.UnitTests.Store.Cells;

public sealed class DensityPyramidTests
{
    [Fact]
    public void Every_level_counts_every_cell_in_the_bin_of_its_centroid()
    {
        List<SlideCell> cells = SyntheticCells.Many(2000);
        using var built = new BuiltStore(cells);

        built.Manifest.Density.Classes.ShouldBe([1, 2, 3, 4, 5]);
        built.Manifest.Density.Levels[0].BinSize.ShouldBe(256);
        built.Manifest.Density.Levels[^1].ShouldSatisfyAllConditions(l => l.Rows.ShouldBe(1), l => l.Columns.ShouldBe(1));
        foreach (ManifestDensityLevel level in built.Manifest.Density.Levels)
        {
            byte[] bytes = File.ReadAllBytes(built.File(level.File));
            NpyHeader header = NpyHeader.Parse(bytes, out int offset);
            header.Shape.ShouldBe([5, level.Rows, level.Columns]);
            uint[] expected = new uint[header.Count];
            foreach (SlideCell cell in cells)
            {
                long row = (long)(cell.Centroid.Y / level.BinSize), column = (long)(cell.Centroid.X / level.BinSize);
                expected[((((cell.Class - 1) * level.Rows) + row) * level.Columns) + column]++;
            }

            MemoryMarshal.Cast<byte, uint>(bytes.AsSpan(offset)).SequenceEqual(expected).ShouldBeTrue();
        }
    }
}
