using CellVitCluster.Slides.Reading;

namespace CellVitCluster.UnitTests.Slides.Reading;

public sealed class GlassPixelTests
{
    [Fact]
    public void Table_agrees_with_the_hsv_formula_for_every_value_and_spread()
    {
        for (int value = 0; value <= 255; value++)
        {
            for (int spread = 0; spread <= value; spread++)
            {
                int table = value == 0 ? 0 : (int)Math.Round(255 * 4096.0 / value);
                int saturation = ((spread * table) + 2048) >> 12;
                bool expected = (saturation <= 10 && value >= 70) || value <= 85;

                GlassPixel.IsBackground((byte)(value - spread), (byte)value, (byte)(value - (spread / 2))).ShouldBe(expected, $"{value}, {spread}");
            }
        }
    }

    [Fact]
    public void Counting_stops_when_there_is_enough_tissue()
    {
        byte[] rgb = [255, 255, 255, 200, 100, 180, 200, 100, 180, 0, 0, 0, 200, 100, 180];

        GlassPixel.CountTissue(rgb, enough: 100).ShouldBe(3);
        GlassPixel.CountTissue(rgb, enough: 2).ShouldBe(2);
    }
}
