using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Painting;

/// <summary>Paints what lies under glands and nuclei: glass, fibrous stroma, infiltrated stroma, tumor cytoplasm.</summary>
internal sealed class TissuePainter(TissueMap tissue, TextureBank textures)
{
    private const float PerTexture = 1f / 127f;

    private readonly TissueLattice _lattice = new(tissue);
    private readonly float[] _row = new float[TissueLattice.Points * TissueLattice.Fields];

    /// <summary>Fills both planes.</summary>
    public void Paint(StainPlanes planes)
    {
        _lattice.MoveTo(planes.Area.X + StainPlanes.Margin, planes.Area.Y + StainPlanes.Margin);
        for (int y = planes.Area.Y; y < planes.Area.Bottom; y++)
        {
            _lattice.InterpolateRow(y, _row);
            int start = (y - planes.Area.Y) * StainPlanes.Side;
            PaintRow(
                planes.Area.X,
                y,
                planes.Hematoxylin.AsSpan(start, StainPlanes.Side),
                planes.Eosin.AsSpan(start, StainPlanes.Side));
        }
    }

    private void PaintRow(int firstX, int y, Span<float> hematoxylin, Span<float> eosin)
    {
        int x = firstX, end = firstX + hematoxylin.Length;
        while (x < end)
        {
            int cell = (x - _lattice.Origin.X) / TissueLattice.Step;
            int cellX = _lattice.Origin.X + (cell * TissueLattice.Step);
            int stop = Math.Min(end, cellX + TissueLattice.Step);
            ReadOnlySpan<float> left = _row.AsSpan(cell * TissueLattice.Fields, 2 * TissueLattice.Fields);
            var values = new CellRow(left, cellX, y);
            PaintCell(values, x, stop, hematoxylin[(x - firstX)..], eosin[(x - firstX)..]);
            x = stop;
        }
    }

    private void PaintCell(in CellRow cell, int x, int stop, Span<float> hematoxylin, Span<float> eosin)
    {
        // Whole stretches of glass are common and need no texture.
        if (Math.Max(cell.Tissue, cell.Tissue + (cell.TissueStep * TissueLattice.Step)) < -0.12f)
        {
            hematoxylin[..(stop - x)].Clear();
            eosin[..(stop - x)].Clear();
            return;
        }

        sbyte[] grain = textures.Grain;
        int grainRow = (cell.Y & (TextureBank.GrainSize - 1)) * TextureBank.GrainSize;
        for (int i = 0; x < stop; i++, x++)
        {
            float along = x - cell.X;
            float fiber = Fiber(x, cell.Y, cell.ShiftX + (cell.ShiftXStep * along), cell.ShiftY + (cell.ShiftYStep * along));
            float clump = grain[grainRow + (x & (TextureBank.GrainSize - 1))] * PerTexture;

            float stroma = Math.Clamp(0.48f + (0.95f * fiber) + (0.22f * clump), 0f, 1f);
            float e = 0.05f + (0.58f * stroma), h = 0.045f + (0.055f * stroma) + (0.03f * clump);

            float infiltrate = Math.Clamp(4f * (cell.Inflammation + (cell.InflammationStep * along)), 0f, 0.8f);
            e += ((0.16f + (0.16f * fiber) + (0.05f * clump)) - e) * infiltrate;
            h += ((0.1f + (0.06f * fiber) + (0.05f * clump)) - h) * infiltrate;

            float tumor = Math.Clamp(18f * (cell.Tumor + (cell.TumorStep * along)), 0f, 1f);
            e += ((0.36f + (0.1f * fiber) + (0.13f * clump)) - e) * tumor;
            h += ((0.17f + (0.05f * fiber) + (0.09f * clump)) - h) * tumor;

            float edge = cell.Tissue + (cell.TissueStep * along) + (0.05f * fiber) + (0.012f * clump);
            float amount = Math.Clamp(edge * 60f, 0f, 1f) * (cell.Stain + (cell.StainStep * along));
            hematoxylin[i] = h * amount;
            eosin[i] = e * amount;
        }
    }

    // Bilinear sample of the fiber texture at the shifted place, −1 … 1. Only x and y modulo the texture enter, so floats stay exact.
    private float Fiber(int x, int y, float shiftX, float shiftY)
    {
        const int Mask = TextureBank.FiberSize - 1;
        float u = (x & Mask) + shiftX + TextureBank.FiberSize, v = (y & Mask) + shiftY + TextureBank.FiberSize;
        int column = (int)u, row = (int)v;
        float fx = u - column, fy = v - row;
        int left = column & Mask, right = (column + 1) & Mask;
        int upper = (row & Mask) * TextureBank.FiberSize, lower = ((row + 1) & Mask) * TextureBank.FiberSize;
        sbyte[] fibers = textures.Fibers;
        float top = fibers[upper + left] + ((fibers[upper + right] - fibers[upper + left]) * fx);
        float bottom = fibers[lower + left] + ((fibers[lower + right] - fibers[lower + left]) * fx);
        return (top + ((bottom - top) * fy)) * PerTexture;
    }

    /// <summary>Fields along one row of one lattice cell: value at its left side and increase per px.</summary>
    private readonly ref struct CellRow
    {
        public CellRow(ReadOnlySpan<float> values, int x, int y)
        {
            X = x;
            Y = y;
            (Tissue, TissueStep) = Line(values, 0);
            (Tumor, TumorStep) = Line(values, 1);
            (Inflammation, InflammationStep) = Line(values, 2);
            (ShiftX, ShiftXStep) = Line(values, 3);
            (ShiftY, ShiftYStep) = Line(values, 4);
            (Stain, StainStep) = Line(values, 5);
        }

        public readonly int X;
        public readonly int Y;
        public readonly float Tissue;
        public readonly float TissueStep;
        public readonly float Tumor;
        public readonly float TumorStep;
        public readonly float Inflammation;
        public readonly float InflammationStep;
        public readonly float ShiftX;
        public readonly float ShiftXStep;
        public readonly float ShiftY;
        public readonly float ShiftYStep;
        public readonly float Stain;
        public readonly float StainStep;

        private static (float Start, float Step) Line(ReadOnlySpan<float> values, int field) =>
            (values[field], (values[TissueLattice.Fields + field] - values[field]) / TissueLattice.Step);
    }
}
