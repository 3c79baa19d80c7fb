using CellVitCluster.Slides.Reading;
using CellVitCluster.Slides.Tissue;

namespace CellVitCluster.UnitTests.Slides.Tissue;

/// <summary>Expected values: Pillow 9.4, <c>Image.thumbnail(box, Image.LANCZOS, reducing_gap=2.0)</c> of the same picture.</summary>
public sealed class StripScalerTests
{
    [Theory]
    [InlineData(1000, 700, 150, 105, 150, 105, "4725ae644e75890859ed1b0faca92cb3")]
    [InlineData(1013, 705, 101, 99, 101, 70, "819050e4b27108a4ccc586eaf0c26426")]
    [InlineData(2049, 1777, 400, 400, 400, 347, "c46d7b4de7ad103299fdd07572d5d1aa")]
    [InlineData(803, 5000, 90, 90, 14, 90, "83cedeb29d23e7da6b3c627b30653e7d")]
    [InlineData(300, 200, 299, 199, 298, 199, "1a66fd8973ab8490b78a4bf655fbf162")]
    public void A_thumbnail_made_strip_by_strip_equals_pillows(
        int width, int height, int boxWidth, int boxHeight, int targetWidth, int targetHeight, string digest)
    {
        byte[] picture = FormulaPicture.Create(width, height);

        AspectFit.Shrink(width, height, boxWidth, boxHeight).ShouldBe((targetWidth, targetHeight));
        foreach (int stripsOf in new[] { 1, 7, 1000 })
        {
            FormulaPicture.DigestOf(Scale(picture, width, height, targetWidth, targetHeight, stripsOf)).ShouldBe(digest);
        }
    }

    private static byte[] Scale(byte[] picture, int width, int height, int targetWidth, int targetHeight, int stripsOf)
    {
        var scaler = new StripScaler(width, height, targetWidth, targetHeight);
        int stripHeight = scaler.FactorY * stripsOf;
        int blockWidth = scaler.FactorX * 40;
        for (int y = 0; y < height; y += stripHeight)
        {
            int rows = Math.Min(stripHeight, height - y);
            scaler.BeginStrip(rows);
            for (int x = 0; x < width; x += blockWidth)
            {
                int columns = Math.Min(blockWidth, width - x);
                scaler.AddBlock(Cut(picture, width, x, y, columns, rows), x, columns);
            }

            scaler.EndStrip();
        }

        return scaler.Target;
    }

    private static byte[] Cut(byte[] picture, int width, int x, int y, int columns, int rows)
    {
        var block = new byte[columns * rows * 3];
        for (int row = 0; row < rows; row++)
        {
            Array.Copy(picture, (((y + row) * width) + x) * 3, block, row * columns * 3, columns * 3);
        }

        return block;
    }
}
