using BitMiracle.LibTiff.Classic;
using CellVitCluster.Slides.Synthetic.Files;
using CellVitCluster.Slides.Synthetic.Painting;
using CellVitCluster.TestSupport;
using TiffTag = BitMiracle.LibTiff.Classic.TiffTag;

namespace CellVitCluster.UnitTests.Slides.Synthetic.Files;

public sealed class PyramidTiffWriterTests
{
    [Theory]
    [InlineData(uint.MaxValue, false)]
    [InlineData(1000, true)]
    public async Task Both_kinds_of_TIFF_are_read_back_tile_by_tile(long classicLimit, bool isBig)
    {
        using var folder = new TemporaryFolder();
        var shape = new PyramidShape(1300, 700);
        List<EncodedTile> tiles = [.. AllTiles(shape)];
        await using (FileStream stream = File.Create(folder.File("p.tiff")))
        {
            var writer = new PyramidTiffWriter(stream, shape, classicLimit);
            foreach (EncodedTile tile in tiles)
            {
                await writer.WriteAsync(tile, CancellationToken.None);
            }

            writer.Finish("a test", 0.25);
        }

        File.ReadAllBytes(folder.File("p.tiff"))[2].ShouldBe(isBig ? (byte)43 : (byte)42);
        using Tiff tiff = Tiff.Open(folder.File("p.tiff"), "r");
        tiff.NumberOfDirectories().ShouldBe((short)shape.Levels.Count);
        tiff.GetField(TiffTag.IMAGEDESCRIPTION)[0].ToString().ShouldBe("a test");
        for (short level = 0; level < shape.Levels.Count; level++)
        {
            tiff.SetDirectory(level).ShouldBeTrue();
            tiff.IsTiled().ShouldBeTrue();
            tiff.GetField(TiffTag.SUBFILETYPE)[0].ToInt().ShouldBe(level == 0 ? 0 : (int)FileType.REDUCEDIMAGE);
            tiff.GetField(TiffTag.IMAGEWIDTH)[0].ToInt().ShouldBe(shape.Levels[level].Width);
            tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt().ShouldBe(shape.Levels[level].Height);
            tiff.GetField(TiffTag.XRESOLUTION)[0].ToDouble().ShouldBe(40_000.0 / (1 << level), 0.01);
            foreach (EncodedTile tile in tiles.Where(t => t.Level == level))
            {
                Decode(tiff, tile.Column, tile.Row).ShouldBe((double)ColorOf(tile.Level, tile.Column, tile.Row), 4);
            }
        }
    }

    [Fact]
    public void Levels_halve_rounding_up_until_two_tiles_hold_them() =>
        new PyramidShape(3001, 1025).Levels.Select(l => (l.Width, l.Height))
            .ShouldBe([(3001, 1025), (1501, 513), (751, 257), (376, 129)]);

    private static IEnumerable<EncodedTile> AllTiles(PyramidShape shape)
    {
        for (int level = shape.Levels.Count - 1; level >= 0; level--)
        {
            for (int i = 0; i < shape.Levels[level].Columns * shape.Levels[level].Rows; i++)
            {
                (int column, int row) = (i % shape.Levels[level].Columns, i / shape.Levels[level].Columns);
                var pixels = new uint[SlideBlock.TileSize * SlideBlock.TileSize];
                int gray = ColorOf(level, column, row);
                pixels.AsSpan().Fill(0xFF000000u | ((uint)gray * 0x010101u));
                yield return new EncodedTile(level, column, row, JpegTileEncoder.Encode(pixels, SlideBlock.TileSize));
            }
        }
    }

    private static int ColorOf(int level, int column, int row) => 40 + (level * 50) + (column * 7) + (row * 13);

    // The middle of a tile, as green: the tiles are gray.
    private static double Decode(Tiff tiff, int column, int row)
    {
        var raster = new int[SlideBlock.TileSize * SlideBlock.TileSize];
        tiff.ReadRGBATile(column * SlideBlock.TileSize, row * SlideBlock.TileSize, raster).ShouldBeTrue();
        return Tiff.GetG(raster[^(SlideBlock.TileSize - 10)]);
    }
}
