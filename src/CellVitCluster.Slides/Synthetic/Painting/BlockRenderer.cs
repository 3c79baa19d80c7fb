using CellVitCluster.Slides.Rendering;
using CellVitCluster.Slides.Synthetic.Files;
using CellVitCluster.Slides.Synthetic.Nuclei;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>Renders and encodes blocks. Holds scratch buffers: one thread at a time; several renderers of one <see cref="Scene"/> may work side by side.</summary>
internal sealed class BlockRenderer(Scene scene, PyramidShape shape)
{
    private readonly StainPlanes _planes = new();
    private readonly TissuePainter _tissue = new(scene.Tissue, scene.Textures);
    private readonly GlandPainter _glands = new(scene.Textures);
    private readonly NucleusPainter _nuclei = new(scene.Textures);
    private readonly StainDeveloper _developer = new(scene.Seed, scene.Textures, scene.Palette);

    /// <summary>Fills a block that stands in its place.</summary>
    public void Render(SlideBlock block)
    {
        List<Gland> glands = scene.Glands.In(block.Area.Grow(GlandReach));
        List<Nucleus> nuclei = scene.Nuclei.In(block.Area.Grow(NucleusReach));
        Paint(block, glands, nuclei);
        foreach (Nucleus nucleus in nuclei)
        {
            if (block.Area.Contains(nucleus.Outline.Center.X, nucleus.Outline.Center.Y))
            {
                block.Nuclei.Add(nucleus);
            }
        }

        for (int level = 0; level < Math.Min(SlideBlock.LevelCount, shape.Levels.Count); level++)
        {
            if (level > 0)
            {
                int side = SlideBlock.SideOf(level);
                BoxHalver.Halve(block.PixelsOf(level - 1), 2 * side, block.PixelsOf(level), side, side, side);
            }

            Encode(block, level);
        }
    }

    // Margins by which objects may reach beyond their outline: membrane and blur, halo and blur.
    private const int GlandReach = 9;
    private const int NucleusReach = 6;

    private void Paint(SlideBlock block, List<Gland> glands, List<Nucleus> nuclei)
    {
        PixelArea area = block.Area;
        for (int y = area.Y; y < Math.Min(area.Bottom, shape.Height); y += SlideBlock.TileSize)
        {
            for (int x = area.X; x < Math.Min(area.Right, shape.Width); x += SlideBlock.TileSize)
            {
                _planes.MoveTo(x, y);
                _tissue.Paint(_planes);
                PaintGlands(glands);
                PaintNuclei(nuclei);
                int start = ((y - area.Y) * SlideBlock.Side) + x - area.X;
                _developer.Develop(_planes, block.PixelsOf(0).AsSpan(start), SlideBlock.Side);
            }
        }
    }

    private void PaintGlands(List<Gland> glands)
    {
        PixelArea area = _planes.Area.Grow(GlandReach);
        foreach (Gland gland in glands)
        {
            if (area.Touches(gland.Outline.Center.X, gland.Outline.Center.Y, gland.Outline.Reach))
            {
                _glands.Paint(gland, _planes);
            }
        }
    }

    private void PaintNuclei(List<Nucleus> nuclei)
    {
        PixelArea area = _planes.Area.Grow(NucleusReach);
        foreach (Nucleus nucleus in nuclei)
        {
            if (area.Touches(nucleus.Outline.Center.X, nucleus.Outline.Center.Y, nucleus.Outline.Reach))
            {
                _nuclei.Paint(nucleus, _planes);
            }
        }
    }

    private void Encode(SlideBlock block, int level)
    {
        int side = SlideBlock.SideOf(level), perSide = side / SlideBlock.TileSize;
        for (int row = 0; row < perSide; row++)
        {
            for (int column = 0; column < perSide; column++)
            {
                int tileColumn = (block.Column * perSide) + column, tileRow = (block.Row * perSide) + row;
                if (shape.Levels[level].HasTile(tileColumn, tileRow))
                {
                    int start = (row * SlideBlock.TileSize * side) + (column * SlideBlock.TileSize);
                    byte[] jpeg = JpegTileEncoder.Encode(block.PixelsOf(level).AsSpan(start), side);
                    block.Tiles.Add(new EncodedTile(level, tileColumn, tileRow, jpeg));
                }
            }
        }
    }
}
