using CellVitCluster.Domain.Geometry;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.Slides.Synthetic.Nuclei;
using CellVitCluster.Slides.Synthetic.Painting;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.UnitTests.Slides.Synthetic.Painting;

public sealed class NucleusPainterTests
{
    // Eosin inside a nucleus on glass before and after the soft edge: 0.14, half of it on the outline.
    private const float HalfEosin = 0.07f;

    [Theory]
    [InlineData(NucleusKind.Neoplastic)]
    [InlineData(NucleusKind.Inflammatory)]
    [InlineData(NucleusKind.Connective)]
    [InlineData(NucleusKind.Epithelial)]
    internal void A_pixel_gets_more_than_half_of_the_stain_exactly_when_its_center_lies_inside_the_polygon(NucleusKind kind)
    {
        var random = new PlaceRandom(1, 2, 3, (int)kind);
        var nucleus = Nucleus.Create(kind, new SlidePoint(100.3, 90.8), angle: 0.7f, priority: 0, ref random);
        var planes = new StainPlanes();
        planes.MoveTo(0, 0);

        new NucleusPainter(TextureBank.Create(1)).Paint(nucleus, planes);

        SlidePolygon polygon = nucleus.Outline.ToPolygon();
        double inside = 0;
        for (int y = 0; y < SlideBlock.TileSize; y++)
        {
            for (int x = 0; x < SlideBlock.TileSize; x++)
            {
                float eosin = planes.Eosin[((y + StainPlanes.Margin) * StainPlanes.Side) + x + StainPlanes.Margin];
                bool isInside = polygon.Contains(new SlidePoint(x + 0.5, y + 0.5));
                if (Math.Abs(eosin - HalfEosin) > 1e-4f)
                {
                    (eosin > HalfEosin).ShouldBe(isInside, $"{x}, {y}");
                }

                inside += isInside ? 1 : 0;
            }
        }

        inside.ShouldBe(polygon.Area, polygon.Perimeter / 4);
    }
}
