using CellVitCluster.Slides.Synthetic;
using CellVitCluster.Slides.Synthetic.Files;
using CellVitCluster.Slides.Synthetic.Painting;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.UnitTests.Slides.Synthetic.Painting;

public sealed class BlockRendererTests
{
    private static readonly SyntheticSlideOptions Options = new() { Width = 2300, Height = 1500, Seed = 7 };

    [Fact]
    public void A_block_does_not_depend_on_what_was_rendered_before()
    {
        var scene = new Scene(Options);
        var shape = new PyramidShape(Options.Width, Options.Height);
        SlideBlock fresh = new(), used = new();
        var usedRenderer = new BlockRenderer(scene, shape);

        Render(new BlockRenderer(new Scene(Options), shape), fresh, 1, 0);
        Render(usedRenderer, used, 2, 1);
        Render(usedRenderer, used, 1, 0);

        used.PixelsOf(0).ShouldBe(fresh.PixelsOf(0));
        used.Tiles.Select(t => (t.Level, t.Column, t.Row)).ShouldBe(fresh.Tiles.Select(t => (t.Level, t.Column, t.Row)));
        used.Tiles.Zip(fresh.Tiles).ShouldAllBe(pair => pair.First.Jpeg.SequenceEqual(pair.Second.Jpeg));
        used.Nuclei.Select(n => n.Key).ShouldBe(fresh.Nuclei.Select(n => n.Key));
    }

    [Fact]
    public void Neighboring_tiles_agree_on_the_tissue_that_both_paint()
    {
        var tissue = new TissueMap(7);
        var painter = new TissuePainter(tissue, TextureBank.Create(7));
        StainPlanes left = new(), right = new();
        left.MoveTo(512, 256);
        right.MoveTo(768, 256);

        painter.Paint(left);
        painter.Paint(right);

        for (int y = 0; y < StainPlanes.Side; y++)
        {
            for (int shared = 0; shared < 2 * StainPlanes.Margin; shared++)
            {
                int l = (y * StainPlanes.Side) + SlideBlock.TileSize + shared, r = (y * StainPlanes.Side) + shared;
                right.Hematoxylin[r].ShouldBe(left.Hematoxylin[l]);
                right.Eosin[r].ShouldBe(left.Eosin[l]);
            }
        }

        left.Eosin.Max().ShouldBeGreaterThan(0.2f);
    }

    private static void Render(BlockRenderer renderer, SlideBlock block, int column, int row)
    {
        block.MoveTo(column, row);
        renderer.Render(block);
    }
}
